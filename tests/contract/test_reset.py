"""A cursor that cannot be continued: the answer says so, and brings the newest page."""

import pytest

from tests.support.reading import Reader
from tests.support.scene import Room, Scene


async def reset_from(scene: Scene, via: str, room: Room, cursor: str) -> Reader:
    reader = await scene.reader(via, room, scene.owner, cursor)
    await reader.until(lambda seen: any(batch.reset for batch in seen.batches))
    return reader


@pytest.mark.parametrize("cursor", ["0000:1", "gone:0", "{epoch}:{future}", "{epoch}:9223372036854775807"])
async def test_an_unknown_cursor_is_answered_with_a_reset(scene: Scene, via: str, cursor: str) -> None:
    room = scene.room()
    scene.post(room, scene.owner, "first")
    last = scene.post(room, scene.owner, "last")
    reader = await reset_from(scene, via, room, cursor.format(epoch=room.epoch, future=last["seq"] + 1))
    assert reader.in_order() == scene.operator("stored", room=room.id)
    assert reader.driver.cursor == room.cursor(last["seq"])
    scene.post(room, scene.owner, "later")
    await reader.until(lambda seen: seen.texts[-1:] == ["later"])
    assert sum(batch.reset for batch in reader.batches) == 1, "one reset, then the log goes on"


async def test_a_reset_brings_the_newest_page_alone(scene: Scene, via: str) -> None:
    room = scene.room()
    bodies = [str(number) for number in range(210)]
    scene.history(room, bodies)
    reader = await reset_from(scene, via, room, "0000:1")
    assert len(reader.texts) <= 200
    assert reader.texts == bodies[-len(reader.texts) :]


async def test_a_new_epoch_resets_who_is_connected(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    scene.post(room, scene.owner, "kept")
    reader = await scene.reader(via, room, alice)
    await reader.until_texts(["kept"])
    scene.operator("renew_epoch", room=room.id)
    scene.post(room, scene.owner, "in the new epoch")
    await reader.until(lambda seen: seen.texts[-1:] == ["in the new epoch"])
    assert any(batch.reset for batch in reader.batches)
    assert "kept" in reader.texts
    assert reader.driver.cursor and not reader.driver.cursor.startswith(f"{room.epoch}:")


CURSORS = ["", "1", ":", "abcd", "a:b", "a:-1", "a:1:2", "a:1.0", "a:%201", "a:%D9%A3", "a:" + "9" * 5000, "%C3%A9:1"]


async def test_what_is_no_cursor_is_invalid(scene: Scene) -> None:
    room, browser = scene.room(), scene.browser(scene.owner)
    for via in ("poll", "longpoll"):
        queries = [f"after={cursor}" for cursor in CURSORS]
        assert await browser.not_invalid(f"/api/rooms/{room.slug}/{via}", queries) == {}, via
