"""Wake-ups that the channel layer lost: readers heal by cursor, a period of the check later at most."""

import asyncio

import pytest

from tests.support.people import Refused
from tests.support.scene import Scene


async def test_a_change_that_nobody_was_told_of_arrives(silent_scene: Scene, via: str) -> None:
    room = silent_scene.room()
    reader = await silent_scene.reader(via, room, silent_scene.owner)
    reading = asyncio.create_task(reader.until_texts(["in silence"]))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(silent_scene.post, room, silent_scene.owner, "in silence")
    await reading


async def test_a_ban_that_nobody_was_told_of_ends_reading(silent_scene: Scene, via: str) -> None:
    alice = silent_scene.person()
    room = silent_scene.room(alice)
    reader = await silent_scene.reader(via, room, alice)
    silent_scene.act("ban", silent_scene.owner, room, user_id=alice.id, until=600)
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: False)
    assert refused.value.code == "forbidden"


async def test_a_session_that_ended_in_silence_ends_reading(silent_scene: Scene, via: str) -> None:
    alice = silent_scene.person()
    room = silent_scene.room(alice)
    reader = await silent_scene.reader(via, room, alice)
    silent_scene.operator("deactivate", user=alice.id)
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: False)
    assert refused.value.code == "not_authenticated"
