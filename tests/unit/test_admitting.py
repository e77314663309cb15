"""Many who come at once share the queries of their admission, and each gets an answer of its own."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from chat import access, admitting, lanes, services
from chat.admitting import Ask, admit, admit_all
from chat.errors import ChatError, Forbidden, NotAuthenticated, NotFound, TransportNotAllowed, Unavailable
from chat.models import Room, User
from tests.unit.fake_log import until
from tests.unit.saying import in_an_hour
from tests.unit.signed_in import session_of, session_store

database = pytest.mark.django_db
postgresql = pytest.mark.postgresql


def sign_up(count: int) -> list[User]:
    return [services.sign_up(f"Person {number}", "a few other words") for number in range(count)]


@database
@postgresql
def test_each_is_admitted_as_if_alone(ada: User, bo: User, lobby: Room, den: Room) -> None:
    asks = [Ask(session_of(ada), lobby.slug, "websocket"), Ask(session_of(bo), den.slug, "poll")]
    asks.append(Ask(asks[1].session_key, lobby.slug, "poll"))
    for ask, outcome in zip(asks, admit_all(asks), strict=True):
        assert not isinstance(outcome, ChatError)
        assert outcome[0] == access.admit(outcome[1].user, *ask)[0]
    assert len(asks) == 3


@database
@postgresql
def test_each_is_refused_for_its_own_reason(ada: User, bo: User, cleo: User, lobby: Room, den: Room) -> None:
    services.ban(ada, lobby.pk, cleo.pk, in_an_hour())
    services.update_room(ada, den.pk, allowed_transports=["poll"], default_transport="poll")
    gone, sessions = session_of(bo), [session_of(person) for person in (ada, bo, cleo)]
    session_store(gone).delete()
    asks = [
        Ask(sessions[0], lobby.slug, "websocket"),
        Ask(sessions[2], lobby.slug, "websocket"),
        Ask(sessions[2], den.slug, "websocket"),
        Ask(sessions[0], den.slug, "websocket"),
        Ask(sessions[0], "nowhere", "websocket"),
        Ask(gone, lobby.slug, "websocket"),
        Ask("", lobby.slug, "websocket"),
        Ask("\0" * 32, lobby.slug, "websocket"),
    ]
    kinds = [type(outcome) for outcome in admit_all(asks)]
    refusals = [Forbidden, NotFound, TransportNotAllowed, NotFound, *[NotAuthenticated] * 3]
    assert kinds == [tuple, *refusals]


@database
@postgresql
def test_the_number_of_queries_does_not_grow(lobby: Room, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    asks = [Ask(session_of(person), lobby.slug, "websocket") for person in sign_up(20)]
    with django_assert_num_queries(4):
        admit_all(asks)


class Door:
    """Stands for the lane: keeps what is asked together, until the test lets it through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.together: list[list[Ask]] = []
        self.problem: Exception | None = None
        self.open = asyncio.Event()
        monkeypatch.setattr(lanes, "call", self.call)

    async def call(self, function: Any, asks: Sequence[Ask]) -> list[Any]:
        assert function is admit_all
        self.together.append(list(asks))
        await self.open.wait()
        if self.problem:
            raise self.problem
        return [Forbidden("banned") if ask.slug == "bad" else (ask, None) for ask in asks]


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    return Door(monkeypatch)


def ask(number: int) -> Ask:
    return Ask(f"session{number}", "lobby", "websocket")


async def test_those_who_come_meanwhile_go_together_and_nobody_waits_for_company(door: Door) -> None:
    first = asyncio.ensure_future(admit(ask(0)))
    await until(lambda: door.together)
    others = [asyncio.ensure_future(admit(ask(number))) for number in range(1, 6)]
    await asyncio.sleep(0)
    door.open.set()
    answers: list[Any] = await asyncio.wait_for(asyncio.gather(first, *others), 1)
    assert door.together == [[ask(0)], [ask(number) for number in range(1, 6)]]
    assert [answer[0] for answer in answers] == [ask(number) for number in range(6)]


async def test_a_crowd_is_divided(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admitting, "MAX_TOGETHER", 2)
    door.open.set()
    await asyncio.wait_for(asyncio.gather(*(admit(ask(number)) for number in range(5))), 1)
    assert [len(together) for together in door.together] == [2, 2, 1]


async def test_a_refusal_is_told_to_the_one_concerned(door: Door) -> None:
    door.open.set()
    bad, good = await asyncio.gather(admit(Ask("s", "bad", "poll")), admit(ask(1)), return_exceptions=True)
    assert isinstance(bad, Forbidden) and not isinstance(good, BaseException)


async def test_an_absent_database_is_told_to_all_and_the_next_are_tried_again(door: Door) -> None:
    door.open.set()
    door.problem = Unavailable("away")
    told = await asyncio.gather(*(admit(ask(number)) for number in range(3)), return_exceptions=True)
    assert all(isinstance(problem, Unavailable) for problem in told)
    door.problem = None
    assert await admit(ask(0))


async def test_who_leaves_meanwhile_takes_nobody_along(door: Door) -> None:
    impatient, patient = (asyncio.ensure_future(admit(ask(number))) for number in range(2))
    await until(lambda: door.together)
    impatient.cancel()
    door.open.set()
    assert await asyncio.wait_for(patient, 1)
