"""Many writers at once, each slow between taking its number and committing it: the order of commits is the order of numbers."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.fleet import DATABASES, Fleet
from tests.support.operator import Operator
from tests.support.processes import wait_until
from tests.support.scene import Scene, new_key

pytestmark = pytest.mark.alone

WRITERS = 6
EACH = 10


@pytest.fixture(params=DATABASES)
def operators(request: pytest.FixtureRequest, fleet: Fleet) -> list[Operator]:
    """Two processes on one database."""
    place = fleet.server("uvicorn", request.param).place
    return [fleet.operator(place), fleet.second_operator(place)]


def test_a_reader_by_number_misses_nothing(operators: list[Operator]) -> None:
    """A number that became visible before a smaller one would be a hole for whoever read in between."""
    first, second = operators
    authors = [first("make_person")["id"] for _ in range(WRITERS)]
    room = first("make_room", owner=authors[0])["id"]
    start = first("position", room=room)["last_seq"]
    with ThreadPoolExecutor(2) as pool:
        calls = [
            pool.submit(
                operator, "write_together", room=room, start=start, authors=half, count=EACH, expected=WRITERS * EACH
            )
            for operator, half in ((first, authors[:3]), (second, authors[3:]))
        ]
        results = [call.result() for call in calls]
    numbers = list(range(start + 1, start + WRITERS * EACH + 1))
    assert [result["seen"] for result in results] == [numbers, numbers]
    assert first("position", room=room)["last_seq"] == numbers[-1]
    stored = [message for message in first("stored", room=room) if message["kind"] == "text"]
    assert [message["seq"] for message in stored] == numbers
    for author in authors:
        assert [message["body"] for message in stored if message["author"]["id"] == author] == [
            f"{author}:{number}" for number in range(EACH)
        ]


def test_two_rooms_do_not_wait_for_each_other_on_postgresql(fleet: Fleet) -> None:
    """The lock is the room's: somebody who holds one room does not stop another."""
    place = fleet.server("uvicorn", "postgresql").place
    holder, writer = fleet.operator(place), fleet.second_operator(place)
    author = writer("make_person")["id"]
    held, free = (writer("make_room", owner=author) for _ in range(2))
    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(holder, "hold_room", room=held["id"], seconds=1.5)
        wait_until(lambda: bool(writer("is_held", room=held["id"])), 5, "the room is held")
        writer("timed_post", room=free["id"], author=author)
        assert not holding.done(), "the other room did not wait"
        writer("timed_post", room=held["id"], author=author)
        assert holding.done(), "the room itself waited"


async def test_sends_into_a_room_that_is_held_delay_no_others_on_postgresql(fleet: Fleet) -> None:
    """Also those that came together with them; and what was sent into the held room keeps its order."""
    server = fleet.server("uvicorn", "postgresql")
    scene, holder = Scene(server, fleet.operator(server.place)), fleet.second_operator(server.place)
    held, free = scene.room(), scene.room()
    late, prompt = await scene.room_socket(held), await scene.room_socket(free)
    holding = asyncio.create_task(asyncio.to_thread(holder, "hold_room", room=held.id, seconds=1.5))
    await asyncio.to_thread(wait_until, lambda: bool(scene.operator("is_held", room=held.id)), 5, "the room is held")
    for number in range(3):
        for socket in (late, prompt):
            await socket.send({"type": "send", "key": new_key(), "body": f"{number}"})
        assert (await prompt.answer())["type"] == "sent"
    assert not holding.done(), "the other room did not wait"
    assert [(await late.answer())["message"]["body"] for _ in range(3)] == ["0", "1", "2"]
    assert holding.done(), "the room itself waited"
    await holding
    assert [message["body"] for message in scene.stored(held)] == ["0", "1", "2"]
    await scene.close()
