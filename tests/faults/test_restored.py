"""A room whose database came from a backup: its numbers begin lower than those its readers were admitted at."""

from collections.abc import Iterator

import pytest

from tests.support.drivers import Batch
from tests.support.operator import Operator
from tests.support.people import Refused
from tests.support.reading import Reader
from tests.support.scene import Scene
from tests.support.servers import Server

BODIES = [str(number) for number in range(20)]


@pytest.fixture
def backup(server: Server) -> Iterator[Operator]:
    """An operator that can restore."""
    operator = Operator(server.place, "faults.operator_process")
    yield operator
    operator.stop()


def first_reset(batches: list[Batch]) -> Batch:
    return next(batch for batch in batches if batch.reset)


async def test_readers_start_anew_and_a_later_ban_holds(scene: Scene, via: str, backup: Operator) -> None:
    alice = scene.person()
    room = scene.room()
    scene.operator("post_many", room=room.id, author=scene.owner.id, bodies=BODIES)
    scene.act("set_role", scene.owner, room, user_id=alice.id, role="member")
    reader: Reader = await scene.reader(via, room, alice)
    await reader.until_texts(BODIES)
    restored = backup("restore", room=room.id, back=15)
    await reader.until(lambda seen: any(batch.reset for batch in seen.batches))
    reset = first_reset(reader.batches)
    kept = [message["body"] for message in reset.messages if message["kind"] == "text"]
    assert kept == BODIES[: len(kept)] and len(kept) < len(BODIES)
    assert reset.cursor.startswith(restored["epoch"])
    scene.act("ban", scene.owner, room, user_id=alice.id, until=600)
    scene.post(room, scene.owner, "written after the ban")
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: "written after the ban" in seen.texts)
    assert refused.value.code == "forbidden"
