"""Bounds of a server: its window of recent changes, pings, silent sockets, rates, and pages that one person holds open."""

import asyncio

import pytest

from tests.support.people import Refused
from tests.support.scene import Scene, new_key


async def test_an_idle_socket_is_pinged(brisk_scene: Scene) -> None:
    socket = await brisk_scene.room_socket(brisk_scene.room())
    for _ in range(2):
        ping = await socket.frame(timeout=5)
        assert ping["type"] == "ping" and ping["at"].endswith("Z")


async def test_a_socket_that_does_not_acknowledge_is_closed_as_slow(brisk_scene: Scene) -> None:
    room = brisk_scene.room()
    brisk_scene.history(room, ["text"] * 10)
    socket = await brisk_scene.room_socket(room, room.start)
    assert len((await socket.frame())["messages"]) >= 4
    await asyncio.to_thread(brisk_scene.post, room, brisk_scene.owner, "one more")
    assert await socket.closed() == 4408
    reader = await brisk_scene.reader("websocket", room, brisk_scene.owner)
    await reader.until_texts(["text"] * 10 + ["one more"])


async def test_a_rate_is_shared_by_all_transports(brisk_scene: Scene) -> None:
    room = brisk_scene.room()
    pages = [await brisk_scene.reader(via, room, brisk_scene.owner) for via in ("poll", "longpoll", "websocket")]
    for page in pages:
        await page.driver.send(new_key(), "within the rate")
    for page in pages:
        with pytest.raises(Refused) as refused:
            await page.driver.send(new_key(), "over the rate")
        assert refused.value.code == "rate_limited"
        assert refused.value.retry_after and 0 < refused.value.retry_after <= 5
    assert len(brisk_scene.stored(room)) == 3


async def test_a_person_holds_so_many_pages_and_no_more(brisk_scene: Scene) -> None:
    alice = brisk_scene.person()
    room = brisk_scene.room(alice)
    sockets = [await brisk_scene.reader("websocket", room, brisk_scene.owner) for _ in range(3)]
    polls = [await brisk_scene.reader("longpoll", room, brisk_scene.owner) for _ in range(3)]
    held = [asyncio.create_task(poll.until_texts(["for all"])) for poll in polls]
    await asyncio.wait(held, timeout=0.5)
    for via, status in (("websocket", 4429), ("longpoll", 429)):
        with pytest.raises(Refused) as refused:
            await (await brisk_scene.reader(via, room, brisk_scene.owner)).until_count(1)
        assert (refused.value.code, refused.value.status) == ("rate_limited", status)
    others = await brisk_scene.reader("websocket", room, alice)
    await sockets.pop().driver.close()
    again = await brisk_scene.reader("websocket", room, brisk_scene.owner)
    brisk_scene.post(room, brisk_scene.owner, "for all")
    for reader in (*sockets, others, again):
        await reader.until_texts(["for all"])
    await asyncio.gather(*held)


async def test_a_reader_further_back_than_the_window_reads_the_log(brisk_scene: Scene, via: str) -> None:
    """The window has 8 changes. Each cursor meets it, or the log, or both one after the other."""
    room = brisk_scene.room()
    keeper = await brisk_scene.reader("poll", room, brisk_scene.owner)
    places = brisk_scene.posts(room, [f"text {number}" for number in range(14)])
    for seq in places[:3]:
        brisk_scene.act("edit_message", brisk_scene.owner, room, seq=seq, body="edited")
    brisk_scene.update(room, topic="in between")
    brisk_scene.act("delete_message", brisk_scene.owner, room, seq=places[13])
    last = brisk_scene.operator("position", room=room.id)["last_seq"]
    await keeper.until_version(last)
    stored = {message["seq"]: message for message in brisk_scene.stored(room)}
    for number in range(room.first, last):
        reader = await brisk_scene.reader(via, room, brisk_scene.owner, room.cursor(number))
        await reader.until_version(last)
        assert reader.messages == {seq: one for seq, one in stored.items() if one["version"] > number}
        assert len(reader.versions) == len(reader.messages), "each message once"
        await reader.driver.close()
