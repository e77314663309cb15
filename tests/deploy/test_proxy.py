"""What the application sees through nginx, and what people see of it."""

import re

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.deploy.site import ENTRIES, Site
from tests.support.people import Person
from tests.support.scene import Scene

FORGED = {"X-Real-IP": "192.0.2.1", "X-Forwarded-For": "192.0.2.2", "Forwarded": "for=192.0.2.3"}


def visitor(site: Site, address: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
    """A browser at one of this machine's own addresses."""
    transport = httpx.AsyncHTTPTransport(verify=False, local_address=address)
    return httpx.AsyncClient(transport=transport, base_url=site.nginx.url, headers=headers, timeout=30)


def forms(site: Site) -> dict[str, str]:
    """The headers with which a page of this site may send something."""
    person = Person(0, "", "")
    return {"Origin": site.nginx.url, "X-CSRFToken": person.csrf, "Cookie": person.cookie_header}


async def try_a_password(site: Site, address: str, **headers: str) -> int:
    """The status of a wrong one."""
    async with visitor(site, address, **forms(site), **headers) as browser:
        return (await browser.post("/login/", data={"username": "nobody", "password": "wrong"})).status_code


def test_nginx_finds_nothing_wrong_with_its_configuration(site: Site) -> None:
    said = site.nginx.test()
    assert "test is successful" in said and "[emerg]" not in said


async def test_plain_http_is_sent_to_https(site: Site) -> None:
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(f"http://127.0.0.1:{site.nginx.plain}/enter/?next=/")
    assert (answer.status_code, answer.headers["location"]) == (301, "https://127.0.0.1/enter/?next=/")


async def test_cookies_are_for_https_alone(site: Site) -> None:
    async with visitor(site) as browser:
        answer = await browser.get("/enter/")
    assert answer.status_code == 200
    assert "; Secure" in answer.headers["set-cookie"]
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


async def test_the_limit_on_log_ins_counts_the_real_address(site: Site) -> None:
    """Whatever a client says of itself; and another address has a limit of its own. Each process counts for itself."""
    tries = [await try_a_password(site, "127.0.0.3", **FORGED) for _ in range(len(site.units) * ENTRIES + 1)]
    assert 429 in tries
    assert await try_a_password(site, "127.0.0.4", **FORGED) == 200


async def test_the_connection_test_sees_the_visitor_and_not_nginx(site: Site) -> None:
    async with visitor(site, "127.0.0.5", **FORGED) as browser:
        said = (await browser.get("/api/connection-test/plain")).json()
    del said["at"]
    assert said == {"address": "127.0.0.5", "host": site.nginx.host, "secure": True}


async def test_the_connection_test_passes_what_the_chat_may_send(site: Site) -> None:
    largest = "x" * 65_536
    async with visitor(site, "127.0.0.6", **forms(site)) as browser:
        said = (await browser.post("/api/connection-test/size", content=largest)).json()
        held = (await browser.get("/api/connection-test/hold?seconds=2")).json()
    assert (said, held) == ({"bytes": 65_536, "body": largest}, {"held_s": 2})


async def test_a_socket_is_for_pages_of_this_site(site: Site, scene: Scene) -> None:
    room = scene.room()
    assert (await (await scene.socket(f"/ws/rooms/{room.slug}/")).frame())["type"] == "hello"
    for origin in ("https://chat.example.com", f"http://{site.nginx.host}", f"https://127.0.0.1:{site.nginx.plain}"):
        with pytest.raises(InvalidStatus) as refused:
            await scene.socket(f"/ws/rooms/{room.slug}/", origin=origin)
        assert refused.value.response.status_code == 403


async def test_static_files_come_from_nginx(site: Site) -> None:
    async with visitor(site) as browser:
        page = (await browser.get("/enter/")).text
        (path, *_more) = re.findall(r'href="(/static/[^"]+\.css)"', page)
        answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["server"] == "nginx"


async def test_readiness_is_for_the_machine_itself(site: Site) -> None:
    async with visitor(site) as near, visitor(site, "127.0.0.2") as far:
        assert [(await browser.get("/readyz")).status_code for browser in (near, far)] == [200, 403]
