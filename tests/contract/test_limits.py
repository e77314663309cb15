"""Sizes and rates: the same bound and the same code on every transport."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.people import Refused
from tests.support.scene import Scene, new_key

LONGEST = 4000


@pytest.mark.parametrize(
    "text", ["x" * LONGEST, "é" * LONGEST, "🙂" * LONGEST, "x" * LONGEST + " \n"], ids=["x", "é", "🙂", "blank end"]
)
async def test_the_longest_message_is_taken(scene: Scene, via: str, text: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    sent = await reader.driver.send(new_key(), text)
    assert sent["body"] == text.rstrip()
    await reader.until_texts([text.rstrip()])


@pytest.mark.parametrize("text", ["x" * (LONGEST + 1), "x" * 15_000], ids=["one more", "many more"])
async def test_a_longer_message_is_too_long(scene: Scene, via: str, text: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    kept = await reader.driver.send(new_key(), "kept")
    for attempt in (reader.driver.send(new_key(), text), reader.driver.edit(kept["seq"], text)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "too_long"
        assert refused.value.said["error"].get("field") == "body"
    assert scene.stored(room) == [kept]


async def test_a_room_may_take_shorter_ones_alone_and_says_so(scene: Scene, via: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    kept = await reader.driver.send(new_key(), "x" * 30)
    scene.update(room, max_length=20)
    await reader.until(lambda page: bool(page.room and page.room["max_length"] == 20))
    for attempt in (reader.driver.send(new_key(), "x" * 21), reader.driver.edit(kept["seq"], "y" * 21)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "too_long"
        assert refused.value.said["error"] == {
            **{"code": "too_long", "field": "body"},
            "message": "At most 20 characters in this room.",
        }
    await reader.driver.send(new_key(), "x" * 20)
    await reader.until_texts(["x" * 30, "x" * 20])


async def test_a_request_over_its_limit_is_too_large(scene: Scene) -> None:
    room, browser = scene.room(), scene.browser(scene.owner)
    with pytest.raises(Refused) as refused:
        await browser.post(room.slug, new_key(), "x" * 200_000)
    assert (refused.value.code, refused.value.status) == ("too_large", 413)
    assert (await browser.post(room.slug, new_key(), "the next one is fine"))["seq"]


async def test_a_frame_over_its_limit_is_refused_and_the_socket_lives(scene: Scene) -> None:
    """Over 16 KiB, and still within what the server itself takes."""
    socket, key = await scene.room_socket(scene.room()), new_key()
    for _ in range(6):
        await socket.send({"type": "send", "key": new_key(), "body": "x" * 16_384})
        assert (await socket.answer())["error"]["code"] == "too_large"
    await socket.send({"type": "send", "key": key, "body": "still here"})
    assert (await socket.answer())["key"] == key


async def test_slow_mode_tells_how_long_to_wait(scene: Scene, via: str) -> None:
    alice, key = scene.person(), new_key()
    room = scene.room(alice, slow_mode_s=60)
    reader = await scene.reader(via, room, alice)
    first = await reader.driver.send(key, "first")
    with pytest.raises(Refused) as refused:
        await reader.driver.send(new_key(), "second")
    assert refused.value.code == "rate_limited"
    assert refused.value.retry_after and 50 <= refused.value.retry_after <= 60
    assert await reader.driver.send(key, "first") == first, "a retry of what is stored is no second message"
    owner = await scene.reader(via, room, scene.owner)
    for number in range(2):
        assert await owner.driver.send(new_key(), f"moderators are exempt {number}")


async def test_slow_mode_ends_when_it_said(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice, slow_mode_s=1)
    reader = await scene.reader("websocket", room, alice)
    first = await reader.driver.send(new_key(), "first")
    with pytest.raises(Refused) as refused:
        await reader.driver.send(new_key(), "second")
    assert refused.value.retry_after
    await asyncio.sleep(refused.value.retry_after)
    second = await reader.driver.send(new_key(), "second")
    assert second["seq"] == first["seq"] + 1


async def test_a_refusal_by_rate_carries_the_header(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice, slow_mode_s=30)
    browser = scene.browser(alice)
    await browser.post(room.slug, new_key(), "first")
    sent = {"key": new_key(), "body": "second"}
    answer = await browser.ask("POST", f"/api/rooms/{room.slug}/messages", json=sent)
    assert answer.status_code == 429
    assert float(answer.headers["Retry-After"]) == answer.json()["retry_after"] > 0


async def test_a_reader_that_never_acknowledges_is_bounded(scene: Scene) -> None:
    """Past 1 MiB of unacknowledged data the server sends no more; the cursor brings the rest."""
    room = scene.room()
    bodies = [f"{number} " + "あ" * 3900 for number in range(250)]
    scene.history(room, bodies)
    socket = await scene.room_socket(room, room.start)
    got: list[str] = []
    cursor = room.start
    with pytest.raises((TimeoutError, ConnectionClosed)):
        while (frame := await socket.frame(timeout=1))["type"] == "batch":
            got += [message["body"] for message in frame["messages"]]
            cursor = frame["cursor"]
    assert 0 < len(got) < len(bodies), "unacknowledged data has a bound"
    reader = await scene.reader("websocket", room, scene.owner, cursor)
    await reader.until_texts(bodies[len(got) :], timeout=15)
