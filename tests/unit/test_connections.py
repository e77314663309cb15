"""Who is connected: one entry a page, kept between its questions, and gone some time after."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from chat import connections
from chat.connections import Connection, Connections
from tests.unit.fake_log import FakeReader

POLLS = FakeReader(transport="poll", poll_interval_ms=2000)
HOLDS = FakeReader(transport="longpoll", poll_interval_ms=2000)


class Waiting:
    """What the registry knows of a subscription."""

    connection: Connection

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def end(self) -> None: ...
    def wake(self) -> None: ...


def entered(all_here: Connections, reader: Any, page: str = "") -> Waiting:
    waiting = Waiting(reader)
    waiting.connection = all_here.enter(waiting, page)
    return waiting


def test_a_page_keeps_its_figures_from_one_hold_to_the_next() -> None:
    here = Connections()
    first = entered(here, HOLDS, "p1")
    first.connection.answered(10, 3, is_empty=True)
    here.leave(first)
    second = entered(here, HOLDS, "p1")
    assert second.connection is first.connection
    assert (second.connection.sent, second.connection.empty, second.connection.number) == (10, 1, 3)
    assert len(list(here)) == 1


@pytest.mark.parametrize(
    ("reader", "page"),
    [
        (HOLDS, "p2"),
        (HOLDS, ""),
        (FakeReader(transport="longpoll", user_id=2), "p1"),
        (FakeReader(transport="longpoll", room_id=8), "p1"),
        (FakeReader(transport="poll"), "p1"),
    ],
)
def test_another_page_person_room_or_transport_is_another_connection(reader: FakeReader, page: str) -> None:
    here = Connections()
    assert here.of(HOLDS, "p1") is not here.of(reader, page)


def test_a_page_may_not_take_the_place_of_a_session() -> None:
    here = Connections()
    assert here.of(HOLDS, HOLDS.session_key) is not here.of(HOLDS, "")


def test_each_socket_is_a_connection_and_gone_with_it() -> None:
    here = Connections()
    sockets = [entered(here, FakeReader()) for _ in range(2)]
    assert len(list(here)) == 2
    for socket in sockets:
        here.leave(socket)
    assert list(here) == []


def test_the_end_of_an_older_hold_leaves_the_newer_one() -> None:
    here = Connections()
    older, newer = entered(here, HOLDS, "p1"), entered(here, HOLDS, "p1")
    here.leave(older)
    assert newer.connection.subscription is newer
    here.leave(newer)
    assert newer.connection.subscription is None


def one_that_asks(reader: FakeReader, *ages: float) -> tuple[Connection, float]:
    """A page that asked so many seconds before now, the latest last."""
    one, now = Connections().of(reader, ""), time.monotonic()
    one.before = one.asked_at = now - ages[0]
    for age in ages:
        one.asks(now - age)
    return one, now


@pytest.mark.parametrize(
    ("reader", "ages", "is_here"),
    [
        (POLLS, (6.5,), True),
        (POLLS, (7.5,), False),
        (POLLS, (89, 59), True),
        (POLLS, (130, 100), False),
        (HOLDS, (40, 8), False),
    ],
    ids=["two missed", "three missed", "a slow page", "a slow page that is gone", "not held any more"],
)
def test_who_polls_is_here_for_three_of_its_intervals(
    reader: FakeReader, ages: tuple[float, ...], is_here: bool
) -> None:
    one, now = one_that_asks(reader, *ages)
    assert one.is_here(now) is is_here


def test_who_is_held_is_here_however_long() -> None:
    here = Connections()
    one = entered(here, HOLDS).connection
    assert one.is_here(time.monotonic() + 3600)


def test_a_sample_counts_who_is_here_and_forgets_who_is_long_gone() -> None:
    here = Connections()
    entered(here, FakeReader())
    entered(here, HOLDS, "p1")
    gone = here.of(POLLS, "")
    gone.asked_at = gone.before = time.monotonic() - connections.KEPT_S - 1
    here.of(FakeReader(transport="poll", user_id=2), "")
    here.messages = 5
    here.sample()
    slot, *figures = here.samples[-1]
    assert abs(slot - time.time() / connections.SAMPLE_S) < 2
    assert figures == [1, 1, 1, 5]
    assert gone not in list(here)


def test_two_samples_of_the_same_moment_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    here, clock = Connections(), iter((999.9, 1000.1, 1010.0))
    monkeypatch.setattr("chat.connections.time.time", lambda: next(clock))
    for here.messages in (3, 4, 5):
        here.sample()
    assert list(here.samples) == [(100, 0, 0, 0, 4), (101, 0, 0, 0, 5)]


def test_pages_that_ask_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_KEPT", 3)
    here = Connections()
    kept = [here.of(HOLDS, f"p{number}") for number in range(5)]
    assert list(here) == kept[-3:]


FORGETTING: list[Callable[[Connections], Connection]] = [
    lambda here: here.of(HOLDS, "p1"),
    lambda here: entered(here, FakeReader()).connection,
]


@pytest.mark.parametrize("make", FORGETTING, ids=["a page", "a socket"])
def test_who_is_forgotten_is_not_found(make: Callable[[Connections], Connection]) -> None:
    here = Connections()
    one = make(here)
    assert here.find(one.id) is one
    here.forget(one)
    here.forget(one)
    assert here.find(one.id) is None


def test_what_a_page_is_to_be_asked_is_taken_once() -> None:
    one = Connections().of(POLLS, "")
    one.switch = switch = connections.Switch("longpoll", "")
    assert (one.take_switch(), one.take_switch()) == (switch, None)
