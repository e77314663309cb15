"""Announcements reach everybody over every transport, and go when they end."""

import asyncio
from collections.abc import Callable

from tests.support.reading import Reader
from tests.support.scene import Scene


def announced(*texts: str) -> Callable[[Reader], bool]:
    """The room says these, and whatever else is announced everywhere by other tests."""
    return lambda page: bool(page.room and set(texts) <= {one["text"] for one in page.room["announcements"]})


def gone(text: str) -> Callable[[Reader], bool]:
    return lambda page: bool(page.room and text not in {one["text"] for one in page.room["announcements"]})


async def test_one_in_a_room_comes_and_goes(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    made = scene.act("announce", scene.owner, room, text="Closed on Friday")
    await reader.until(announced("Closed on Friday"))
    assert reader.room
    [one] = [one for one in reader.room["announcements"] if one["text"] == "Closed on Friday"]
    assert (one["id"], one["until"]) == (made, None)
    scene.operator("end_announcement", announcement=made)
    await reader.until(gone("Closed on Friday"))


async def test_who_comes_later_is_told_with_the_first_state(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice)
    scene.act("announce", scene.owner, room, text="Closed on Friday")
    state = await scene.browser(alice).call("GET", f"/api/rooms/{room.slug}")
    assert "Closed on Friday" in [one["text"] for one in state["room"]["announcements"]]


async def test_one_for_all_rooms_loses_no_message(scene: Scene, via: str) -> None:
    alice = scene.person()
    rooms = [scene.room(alice), scene.room(alice)]
    readers = [await scene.reader(via, room, alice) for room in rooms]
    for room in rooms:
        scene.post(room, scene.owner, "before")
    made = await asyncio.to_thread(scene.operator, "announce_everywhere", text="Maintenance at noon")
    for room in rooms:
        scene.post(room, scene.owner, "after")
    for reader in readers:
        await reader.until(announced("Maintenance at noon"))
        await reader.until_texts(["before", "after"])
    await asyncio.to_thread(scene.operator, "end_announcement", announcement=made)
    for reader in readers:
        await reader.until(gone("Maintenance at noon"))
