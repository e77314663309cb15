"""Messages that share a transaction: each sender has its own answer."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import OperationalError, connections
from django.utils import timezone

from chat import lanes, sending, services
from chat.errors import ChatError, Conflict, Forbidden, NotAuthenticated, NotFound, Unavailable
from chat.models import Message, Room, User
from chat.sending import Send
from chat.services import Draft, Posted, log, messages

pytestmark = pytest.mark.django_db(transaction=True)
db = sync_to_async


@pytest.fixture(autouse=True)
def lanes_closed() -> Iterator[None]:
    """The connections of the lanes end with the test."""
    yield
    for _ in range(8):
        async_to_sync(lanes.call)(connections.close_all)


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The keys of each transaction."""
    seen: list[list[str]] = []
    post_messages = services.post_messages

    def recorded(room_id: int, drafts: list[Draft]) -> list[Posted | ChatError]:
        seen.append([draft.key for draft in drafts])
        return post_messages(room_id, drafts)

    monkeypatch.setattr(services, "post_messages", recorded)
    return seen


def by(user: User, key: str, body: str = "hello") -> Send:
    return Send(lambda: user, f"key-{key:0>8}", body)


async def post_all(room: Room, *sends: Send) -> list[Any]:
    """What became of each, all sent at once."""
    return await asyncio.gather(*(sending.post(room.pk, send) for send in sends), return_exceptions=True)


def texts(room: Room) -> list[str]:
    return list(Message.objects.filter(room=room, kind="text").order_by("seq").values_list("body", flat=True))


async def test_those_that_come_together_are_written_together(
    lobby: Room, ada: User, bo: User, together: list[list[str]]
) -> None:
    sends = [by(person, f"{number}", f"{number}") for number, person in enumerate([ada, bo] * 4)]
    posted = await post_all(lobby, *sends)
    assert [len(keys) for keys in together] == [8]
    assert [one.message.body for one in posted] == [str(number) for number in range(8)]
    assert await db(texts)(lobby) == [str(number) for number in range(8)]
    assert not sending._sends[asyncio.get_running_loop()]._waiting


async def test_a_transaction_has_a_bound(
    lobby: Room, ada: User, together: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MAX_TOGETHER", 3)
    await post_all(lobby, *(by(ada, f"{number}") for number in range(8)))
    assert [len(keys) for keys in together] == [3, 3, 2]


async def test_rooms_do_not_wait_for_each_other(lobby: Room, den: Room, ada: User, together: list[list[str]]) -> None:
    await asyncio.gather(post_all(lobby, by(ada, "1"), by(ada, "2")), post_all(den, by(ada, "3"), by(ada, "4")))
    assert sorted(map(len, together)) == [2, 2]


async def test_who_is_refused_is_refused_alone(lobby: Room, ada: User, bo: User, cleo: User) -> None:
    await db(services.mute)(ada, lobby.pk, bo.pk, timezone.now() + timedelta(hours=1))

    def signed_out() -> User:
        raise NotAuthenticated("Sign in first.")

    first, muted, out, last = await post_all(
        lobby, by(ada, "1", "one"), by(bo, "2"), Send(signed_out, "key-00000003", "x"), by(cleo, "4", "two")
    )
    assert isinstance(muted, Forbidden) and isinstance(out, NotAuthenticated)
    assert (first.message.body, last.message.body) == ("one", "two")
    assert await db(texts)(lobby) == ["one", "two"]


async def test_a_key_that_comes_several_times_at_once_is_one_message(lobby: Room, ada: User) -> None:
    posted = await post_all(lobby, *(by(ada, "same") for _ in range(5)), by(ada, "same", "something else"))
    assert [one.created for one in posted[:5]] == [True, False, False, False, False]
    assert isinstance(posted[5], Conflict)
    assert await db(texts)(lobby) == ["hello"]


async def test_one_that_fails_unforeseen_fails_alone(lobby: Room, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    append = log.append

    def fragile(to: Any, actor: User, key: str, body: str, **fields: Any) -> Message:
        if body == "poison":
            raise ZeroDivisionError
        return append(to, actor, key, body, **fields)

    monkeypatch.setattr(messages, "append", fragile)
    posted = await post_all(lobby, by(ada, "0", "a"), by(ada, "1", "b"), by(ada, "2", "poison"), by(ada, "3", "c"))
    assert isinstance(posted[2], ZeroDivisionError)
    assert await db(texts)(lobby) == ["a", "b", "c"]
    seqs = [one.message.seq for one in posted if isinstance(one, Posted)]
    assert seqs == list(range(seqs[0], seqs[0] + 3)), "a hole in the numbers"


@pytest.mark.parametrize("problem", [OperationalError("away"), NotFound("gone")])
async def test_when_nothing_can_be_written_everybody_is_told(
    lobby: Room, ada: User, problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(room_id: int, drafts: list[Draft]) -> list[Posted | ChatError]:
        raise problem

    monkeypatch.setattr(services, "post_messages", failing)
    posted = await post_all(lobby, by(ada, "1"), by(ada, "2"), by(ada, "3"))
    expected: type[Exception] = Unavailable if isinstance(problem, OperationalError) else NotFound
    assert [type(one) for one in posted] == [expected] * 3


@dataclass
class Held:
    """Database work that waits until it may go on."""

    started: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    held, call = Held(), lanes.call

    async def later(*args: Any) -> Any:
        held.started.set()
        await held.go_on.wait()
        return await call(*args)

    monkeypatch.setattr(lanes, "call", later)
    return held


async def test_the_first_goes_at_once_and_those_that_come_meanwhile_together(
    lobby: Room, ada: User, held: Held, together: list[list[str]]
) -> None:
    first = asyncio.ensure_future(post_all(lobby, by(ada, "1")))
    await held.started.wait()
    others = asyncio.ensure_future(post_all(lobby, by(ada, "2"), by(ada, "3")))
    await asyncio.sleep(0)
    held.go_on.set()
    await asyncio.gather(first, others)
    assert [len(keys) for keys in together] == [1, 2]


async def test_a_sender_that_goes_away_takes_nothing_from_the_others(lobby: Room, ada: User, held: Held) -> None:
    leaving = asyncio.ensure_future(sending.post(lobby.pk, by(ada, "1", "said all the same")))
    staying = asyncio.ensure_future(sending.post(lobby.pk, by(ada, "2", "stays")))
    await held.started.wait()
    leaving.cancel()
    held.go_on.set()
    assert (await staying).message.body == "stays"
    assert await db(texts)(lobby) == ["said all the same", "stays"]
