"""Wake-ups that the channel layer lost: readers heal by cursor, a period of the check later at most."""

import asyncio

import pytest

from tests.support.people import Refused
from tests.support.scene import Scene


async def test_a_change_that_nobody_was_told_of_arrives(brisk_scene: Scene, via: str) -> None:
    room = brisk_scene.room()
    reader = await brisk_scene.reader(via, room, brisk_scene.owner)
    reading = asyncio.create_task(reader.until_texts(["in silence"]))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(brisk_scene.post, room, brisk_scene.owner, "in silence")
    await reading


async def test_a_ban_that_nobody_was_told_of_ends_reading(brisk_scene: Scene, via: str) -> None:
    alice = brisk_scene.person()
    room = brisk_scene.room(alice)
    reader = await brisk_scene.reader(via, room, alice)
    brisk_scene.act("ban", brisk_scene.owner, room, user_id=alice.id, until=600)
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: False)
    assert refused.value.code == "forbidden"


async def test_a_session_that_ended_in_silence_ends_reading(brisk_scene: Scene, via: str) -> None:
    alice = brisk_scene.person()
    room = brisk_scene.room(alice)
    reader = await brisk_scene.reader(via, room, alice)
    brisk_scene.operator("deactivate", user=alice.id)
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: False)
    assert refused.value.code == "not_authenticated"
