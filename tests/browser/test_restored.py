"""A room whose database came from a backup: the numbers that were taken away are given again, to other messages."""

from collections.abc import Iterator

import pytest

from tests.browser.support.visits import Visits
from tests.support.operator import Operator
from tests.support.scene import Scene
from tests.support.servers import Server


@pytest.fixture
def backup(server: Server) -> Iterator[Operator]:
    """An operator that can restore."""
    operator = Operator(server.place, "faults.operator_process")
    yield operator
    operator.stop()


async def test_a_page_shows_what_has_the_numbers_now(visits: Visits, scene: Scene, backup: Operator) -> None:
    room = scene.room(poll_interval_ms=60_000)
    for text in ("kept", "lost", "lost as well", "and this"):
        scene.post(room, scene.owner, text)
    page = await visits.room(scene.owner, room, "poll")
    await page.shows("kept", "lost", "lost as well", "and this")
    backup("restore", room=room.id, back=3)
    for text in ("new", "newer"):  # with that of the epoch, as many numbers as were taken away
        await scene.post_and_hear(room, scene.owner, text)
    await page.tell("document", "visibilitychange")
    await page.shows("kept", "new", "newer")
