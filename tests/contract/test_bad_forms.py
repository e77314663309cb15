"""Bad input to the pages and their forms: an answer for people, never a failure, nothing half-written."""

from urllib.parse import quote

import pytest

from tests.support.people import STRANGER
from tests.support.scene import Scene

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HOSTILE = {
    "nothing": "",
    "NUL": "a%00b",
    "control": "a%07b",
    "surrogate bytes": "a%ED%A0%80b",
    "not UTF-8": "%FF%FE",
    "overlong": "%C0%AF",
    "override": "%E2%80%AEabc",
    "invisible": "%E2%80%8B",
    "marks": "a" + "%CC%81" * 60,
    "line break": "a%0D%0Ab",
    "long": "x" * 10_000,
    "digits": "9" * 5000,
    "markup": quote("<script>alert(1)</script>{{7*7}}{% load x %}"),
    "emoji": quote("👩‍👩‍👧‍👦"),
}
FORMS = {
    "/enter/guest/": ("name",),
    "/signup/": ("name", "password"),
    "/login/": ("username",),
    "/account/": ("name", "look"),
    "/rooms/new/": ("name", "topic", "kind"),
    "/rooms/{slug}/settings/": ("name", "topic", "state", "allowed_transports", "hold_s", "poll_interval_ms"),
}


# Each server and each database once: pages know nothing of either.
pytestmark = pytest.mark.parametrize(
    "server", [("daphne", "sqlite"), ("uvicorn", "postgresql")], indirect=True, ids="-".join
)


def assert_answered(status: int, what: str) -> None:
    """A page, a redirect or a refusal."""
    assert status in (200, 302, 400, 403, 404, 405, 413, 429), f"{status} for {what}"


@pytest.mark.parametrize("path", FORMS)
async def test_hostile_fields_are_answered(scene: Scene, path: str) -> None:
    room = scene.room()
    browser = scene.browser(STRANGER if path in ("/enter/guest/", "/signup/", "/login/") else scene.owner)
    for name, value in HOSTILE.items():
        for hostile in FORMS[path]:
            fields = [f"{field}={value if field == hostile else 'ok'}" for field in FORMS[path]]
            if path == "/login/":
                fields.append("password=ok")
            content = "&".join([*fields, f"csrfmiddlewaretoken={browser.person.csrf}"])
            answer = await browser.ask("POST", path.format(slug=room.slug), content=content, headers=FORM)
            assert_answered(answer.status_code, f"{hostile}: {name}")
            assert "<script>alert(1)" not in answer.text


@pytest.mark.parametrize("path", FORMS)
async def test_forms_that_are_no_forms_are_answered(scene: Scene, path: str) -> None:
    room, browser = scene.room(), scene.browser(scene.owner)
    bodies = {
        "nothing": (b"", FORM),
        "a thousand and one fields": (b"&".join(b"a=1" for _ in range(1001)), FORM),
        "too large": (b"name=" + b"x" * 200_000, FORM),
        "JSON": (b'{"name":"x"}', {"Content-Type": "application/json"}),
        "unknown charset": (b"other=x", {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}),
        "fields of the model": (b"is_staff=on&is_superuser=1&id=1&last_seq=9", FORM),
    }
    for name, (content, headers) in bodies.items():
        answer = await browser.ask("POST", path.format(slug=room.slug), content=content, headers=headers)
        assert_answered(answer.status_code, name)
        assert answer.status_code != 302, name
    for method in ("PUT", "DELETE", "PATCH"):
        assert_answered((await browser.ask(method, path.format(slug=room.slug))).status_code, method)
    stored = scene.operator("position", room=room.id)
    assert stored["last_seq"] == room.first


@pytest.mark.parametrize(
    "path", [*FORMS, "/logout/", "/rooms/{slug}/join/", "/rooms/{slug}/leave/", "/rooms/{slug}/invite/"]
)
async def test_a_form_without_its_token_is_forbidden(scene: Scene, path: str) -> None:
    room, browser = scene.room(), scene.browser(scene.owner)
    headers = {"X-CSRFToken": "", **FORM}
    answer = await browser.ask("POST", path.format(slug=room.slug), content=b"name=x", headers=headers)
    assert answer.status_code == 403
    assert (await browser.ask("GET", "/api/rooms")).status_code == 200, "still signed in"


QUERIES = [
    "via=nonsense",
    "via=longpoll&every=nonsense",
    "via=poll&every=-1",
    "every=" + "9" * 5000,
    "via=%00&every=%ff",
    "q=%00",
    "q=" + "x" * 3000,
]


@pytest.mark.parametrize(
    "path", ["/", "/rooms/{slug}/", "/enter/", "/join/{slug}/", "/rooms/{slug}/settings/", "/account/"]
)
async def test_hostile_queries_of_pages_are_answered(scene: Scene, path: str) -> None:
    room, browser = scene.room(), scene.browser(scene.owner)
    for query in [*QUERIES, "next=%00", "next=//evil.example/"]:
        answer = await browser.ask("GET", f"{path.format(slug=room.slug)}?{query}")
        assert_answered(answer.status_code, query)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "http:///evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
    ],
)
async def test_nobody_is_sent_elsewhere_after_entering(scene: Scene, target: str) -> None:
    browser = scene.browser(STRANGER)
    fields = f"name=Guest-{quote(target, safe='')[:8]}-{scene.owner.id}-{len(target)}&next={quote(target, safe='')}"
    content = f"{fields}&csrfmiddlewaretoken={browser.person.csrf}"
    answer = await browser.ask("POST", "/enter/guest/", content=content, headers=FORM)
    assert_answered(answer.status_code, target)
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/") and "evil" not in answer.headers["Location"]


async def test_what_people_write_is_shown_and_not_run(scene: Scene) -> None:
    """The page that the server draws, and the state inside it for the scripts."""
    room = scene.room(name="<b>name</b>", topic="</script><script>alert('topic')</script>")
    scene.post(room, scene.owner, "</script><script>alert('body')</script> {{ 7 * 7 }}")
    answer = await scene.browser(scene.owner).ask("GET", f"/rooms/{room.slug}/")
    assert answer.status_code == 200
    assert "<script>alert(" not in answer.text and "<b>name</b>" not in answer.text
    assert "alert(&#x27;body&#x27;)" in answer.text and "{{ 7 * 7 }}" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "script-src" in policy
