"""The endpoints of the connection test: open to strangers, and bounded."""

import asyncio
import json
import time

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from chat.transports.frames import MAX_FRAME
from tests.support.people import STRANGER
from tests.support.scene import Scene
from tests.support.sockets import Socket

ROOT = "/api/connection-test"
ECHO = "/ws/connection-test/"


async def socket(scene: Scene, origin: str = "own") -> Socket:
    """A stranger's socket, before its first frame."""
    return await scene.socket(ECHO, STRANGER, origin)


async def test_a_stranger_is_told_the_time_and_how_the_server_sees_them(scene: Scene) -> None:
    said = await scene.browser().call("GET", f"{ROOT}/plain")
    assert said.pop("at").endswith("Z")
    assert said == {"address": "127.0.0.1", "host": scene.server.host, "secure": False}


async def test_a_hold_lasts_as_long_as_asked(scene: Scene) -> None:
    began = time.monotonic()
    assert await scene.browser().call("GET", f"{ROOT}/hold?seconds=1") == {"held_s": 1}
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("query", ["seconds=0", "seconds=56", "seconds=x", "seconds=-1", "seconds=1.5"])
async def test_no_other_hold_is_possible(brisk_scene: Scene, query: str) -> None:
    assert await brisk_scene.browser().not_invalid(f"{ROOT}/hold", [query]) == {}


async def test_an_answer_comes_in_pieces(scene: Scene) -> None:
    arrivals: list[float] = []
    async with (
        httpx.AsyncClient(base_url=scene.server.url, trust_env=False) as client,
        client.stream("GET", f"{ROOT}/pieces") as answer,
    ):
        async for line in answer.aiter_lines():
            assert json.loads(line)["piece"] == len(arrivals)
            arrivals.append(time.monotonic())
    assert len(arrivals) == 4 and arrivals[-1] - arrivals[0] > 0.5


async def test_a_large_request_comes_back_and_a_larger_one_is_refused(scene: Scene) -> None:
    browser = scene.browser(scene.owner)
    said = await browser.call("POST", f"{ROOT}/size", content=b"x" * 60_000)
    assert said == {"bytes": 60_000, "body": "x" * 60_000}
    assert (await browser.ask("POST", f"{ROOT}/size", content=b"x" * 66_000)).status_code == 413


@pytest.mark.parametrize("path", ["plain", "hold?seconds=1", "pieces"])
async def test_only_what_is_meant_is_answered(brisk_scene: Scene, path: str) -> None:
    answer = await brisk_scene.browser(brisk_scene.owner).ask("POST", f"{ROOT}/{path}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert "no-store" in answer.headers["Cache-Control"]


async def test_the_server_speaks_first_and_then_says_back_what_it_hears(scene: Scene) -> None:
    line = await socket(scene)
    assert (await line.frame())["type"] == "hello"
    for text in ('"hello"', '"ü"', json.dumps("x" * (MAX_FRAME - 2))):
        await line.send(text)
        assert await line.frame() == json.loads(text)


async def test_a_frame_that_is_too_large_ends_it(scene: Scene) -> None:
    line = await socket(scene)
    await line.frame()
    await line.send("x" * (MAX_FRAME + 1))
    assert (await line.frame())["error"]["code"] == "too_large"
    assert await line.closed() == 4413


async def test_a_socket_says_back_only_so_much(scene: Scene) -> None:
    line = await socket(scene)
    await line.frame()
    for number in range(60):
        await line.send(json.dumps({"number": number}))
    for number in range(60):
        assert await line.frame() == {"number": number}
    assert (await line.frame())["error"]["code"] == "rate_limited"
    assert await line.closed() == 4429


async def test_a_foreign_page_gets_no_socket(scene: Scene) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await socket(scene, "http://evil.example")
    assert refused.value.response.status_code == 403


async def test_all_who_test_share_the_places_of_one_person(brisk_scene: Scene) -> None:
    lines = [await socket(brisk_scene) for _ in range(6)]
    assert [(await line.frame())["type"] for line in lines] == ["hello"] * 6
    answer = await brisk_scene.browser().ask("GET", f"{ROOT}/hold?seconds=1")
    assert answer.status_code == 429 and answer.headers["Retry-After"]
    late = await socket(brisk_scene)
    assert (await late.frame())["error"]["code"] == "rate_limited"
    for line in lines:
        await line.close()
    # A place is free again as soon as its socket has gone.
    async with asyncio.timeout(10):
        while (await brisk_scene.browser().ask("GET", f"{ROOT}/hold?seconds=1")).status_code == 429:
            pass


async def test_those_who_test_take_no_place_of_somebody_who_reads(brisk_scene: Scene) -> None:
    lines = [await socket(brisk_scene) for _ in range(6)]
    for line in lines:
        await line.frame()
    room = brisk_scene.room()
    reader = await brisk_scene.reader("websocket", room, brisk_scene.owner)
    brisk_scene.post(room, brisk_scene.owner, "read")
    await reader.until_texts(["read"])
