"""Messages that share a transaction: each sender has its own answer."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import OperationalError, connection, connections
from django.utils import timezone

from chat import lanes, sending, services, wire
from chat.errors import Conflict, Forbidden, NotAuthenticated, NotFound, Unavailable
from chat.models import Message, Room, User
from chat.services import Outcome, Posted, Send
from chat.services.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
db = sync_to_async


@pytest.fixture(autouse=True)
def lanes_closed() -> Iterator[None]:
    """The connections of the lanes and of the writer end with the test."""
    yield
    lanes.write(connections.close_all).result()
    for _ in range(8):
        async_to_sync(lanes.call)(connections.close_all)


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The keys of each transaction."""
    seen: list[list[str]] = []
    post_messages = services.post_messages

    def recorded(sends: list[Send], *, wait: bool) -> list[Outcome]:
        seen.append([send.key for send in sends])
        return post_messages(sends, wait=wait)

    monkeypatch.setattr(services, "post_messages", recorded)
    return seen


def by(user: User | str, room: Room, key: str, body: str = "hello") -> Send:
    return Send(user, room.pk, f"key-{key:0>8}", body)


async def post_all(*sends: Send) -> list[Any]:
    """What became of each, all sent at once."""
    return await asyncio.gather(*map(sending.post, sends), return_exceptions=True)


def texts(room: Room) -> list[str]:
    return list(Message.objects.filter(room=room, kind="text").order_by("seq").values_list("body", flat=True))


async def test_those_that_come_together_are_written_together_whatever_their_rooms(
    lobby: Room, den: Room, ada: User, bo: User, together: list[list[str]]
) -> None:
    sends = [
        by(person, room, f"{number}", f"{number}")
        for number, (person, room) in enumerate([(ada, lobby), (bo, den), (bo, lobby), (ada, den)] * 2)
    ]
    posted = await post_all(*sends)
    assert [len(keys) for keys in together] == [8]
    assert [one.message.body for one in posted] == [str(number) for number in range(8)]
    assert await db(texts)(lobby) == ["0", "2", "4", "6"]
    assert await db(texts)(den) == ["1", "3", "5", "7"]
    sends_of_loop = sending._sends[asyncio.get_running_loop()]
    assert not sends_of_loop._waiting and not sends_of_loop._writing


async def test_what_was_acknowledged_is_what_is_stored(lobby: Room, ada: User) -> None:
    first = await sending.post(by(ada, lobby, "1", "one"))
    answer = await sending.post(by(ada, lobby, "2", "two")._replace(reply_to=first.message.seq))
    stored = await db(
        lambda: [row.to_wire() for row in Message.objects.of(lobby.pk).filter(kind="text").order_by("seq")]
    )()
    assert stored == [first.message, answer.message]
    assert [wire.encode(one) for one in stored] == [first.data, answer.data]


async def test_what_waits_for_the_next_transaction_is_expected(lobby: Room, den: Room, ada: User) -> None:
    assert not sending.expects(lobby.pk)
    posting = asyncio.ensure_future(sending.post(by(ada, lobby, "1")))
    await asyncio.sleep(0)
    assert sending.expects(lobby.pk) and not sending.expects(den.pk)
    await posting
    assert not sending.expects(lobby.pk)


async def test_a_transaction_has_a_bound(
    lobby: Room, ada: User, together: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MAX_TOGETHER", 3)
    await post_all(*(by(ada, lobby, f"{number}") for number in range(8)))
    assert [len(keys) for keys in together] == [3, 3, 2]


async def test_who_is_refused_is_refused_alone(lobby: Room, ada: User, bo: User, cleo: User) -> None:
    await db(services.mute)(ada, lobby.pk, bo.pk, timezone.now() + timedelta(hours=1))
    nowhere = Send(ada, 10**6, "key-00000005", "x")
    first, muted, out, gone, last = await post_all(
        by(ada, lobby, "1", "one"),
        by(bo, lobby, "2"),
        by("nosession", lobby, "3"),
        nowhere,
        by(cleo, lobby, "4", "two"),
    )
    assert isinstance(muted, Forbidden) and isinstance(out, NotAuthenticated) and isinstance(gone, NotFound)
    assert (first.message.body, last.message.body) == ("one", "two")
    assert await db(texts)(lobby) == ["one", "two"]


async def test_a_key_that_comes_several_times_at_once_is_one_message(lobby: Room, ada: User) -> None:
    posted = await post_all(*(by(ada, lobby, "same") for _ in range(5)), by(ada, lobby, "same", "something else"))
    assert [one.created for one in posted[:5]] == [True, False, False, False, False]
    assert len({one.data for one in posted[:5]}) == 1
    assert isinstance(posted[5], Conflict)
    assert await db(texts)(lobby) == ["hello"]


async def test_one_that_fails_unforeseen_fails_alone(lobby: Room, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Desk.write

    def fragile(desk: Desk, to: Any, author: User, key: str, body: str, reply_to: int | None) -> Posted:
        if body == "poison":
            raise ZeroDivisionError
        return write(desk, to, author, key, body, reply_to)

    monkeypatch.setattr(Desk, "write", fragile)
    posted = await post_all(*(by(ada, lobby, str(at), body) for at, body in enumerate(["a", "b", "poison", "c"])))
    assert isinstance(posted[2], ZeroDivisionError)
    assert await db(texts)(lobby) == ["a", "b", "c"]
    seqs = [one.message.seq for one in posted if isinstance(one, Posted)]
    assert seqs == list(range(seqs[0], seqs[0] + 3)), "a hole in the numbers"


async def test_a_sender_that_cannot_be_told_keeps_nobody_else_from_it(
    lobby: Room, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(outcome: sending.Outcome) -> None:
        raise ZeroDivisionError

    sending.enqueue(by(ada, lobby, "1", "untold"), fail)
    assert (await sending.post(by(ada, lobby, "2", "told"))).message.body == "told"
    assert "could not be told" in caplog.text


@pytest.mark.parametrize("problem", [OperationalError("away"), NotFound("gone")])
async def test_when_nothing_can_be_written_everybody_is_told(
    lobby: Room, ada: User, problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(sends: list[Send], *, wait: bool) -> list[Outcome]:
        raise problem

    monkeypatch.setattr(services, "post_messages", failing)
    posted = await post_all(*(by(ada, lobby, str(number)) for number in range(3)))
    expected: type[Exception] = Unavailable if isinstance(problem, OperationalError) else NotFound
    assert [type(one) for one in posted] == [expected] * 3


async def test_the_next_batch_has_a_new_connection_where_the_last_one_is_of_no_use(lobby: Room, ada: User) -> None:
    used: list[Any] = []

    def outdated() -> None:
        used.append(connection.connection)
        connection.close_at = 0

    await sending.post(by(ada, lobby, "1", "one"))
    lanes.write(outdated).result()
    assert (await sending.post(by(ada, lobby, "2", "two"))).created
    lanes.write(outdated).result()
    assert used[0] is not None and used[0] is not used[1]


@dataclass
class Held:
    """A transaction that waits until it may go on."""

    started: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
async def held(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Held]:
    held, post_messages, loop = Held(), services.post_messages, asyncio.get_running_loop()

    def later(sends: list[Send], *, wait: bool) -> list[Outcome]:
        loop.call_soon_threadsafe(held.started.set)
        held.go_on.wait(10)
        return post_messages(sends, wait=wait)

    monkeypatch.setattr(services, "post_messages", later)
    yield held
    held.go_on.set()


async def test_the_first_goes_at_once_and_those_that_come_meanwhile_together(
    lobby: Room, den: Room, ada: User, together: list[list[str]], held: Held
) -> None:
    first = asyncio.ensure_future(post_all(by(ada, lobby, "1")))
    await held.started.wait()
    others = asyncio.ensure_future(post_all(by(ada, lobby, "2"), by(ada, den, "3")))
    await asyncio.sleep(0)
    held.go_on.set()
    await asyncio.gather(first, others)
    assert [len(keys) for keys in together] == [1, 2]


async def test_a_sender_that_goes_away_takes_nothing_from_the_others(lobby: Room, ada: User, held: Held) -> None:
    leaving = asyncio.ensure_future(sending.post(by(ada, lobby, "1", "said all the same")))
    staying = asyncio.ensure_future(sending.post(by(ada, lobby, "2", "stays")))
    await held.started.wait()
    leaving.cancel()
    held.go_on.set()
    assert (await staying).message.body == "stays"
    assert await db(texts)(lobby) == ["said all the same", "stays"]


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> dict[int, threading.Event]:
    """Rooms that somebody else has locked, each with what ends that."""
    held: dict[int, threading.Event] = {}
    post_messages = services.post_messages

    def skipping(sends: list[Send], *, wait: bool) -> list[Outcome]:
        mine = [send for send in sends if wait or send.room_id not in held]
        for send in mine:
            assert send.room_id not in held or held[send.room_id].wait(10)
        posted = iter(post_messages(mine, wait=wait) if mine else ())
        return [next(posted) if send in mine else None for send in sends]

    monkeypatch.setattr(services, "post_messages", skipping)
    return held


async def test_a_room_that_is_locked_delays_no_other_and_keeps_its_order(
    lobby: Room, den: Room, ada: User, locked: dict[int, threading.Event]
) -> None:
    locked[den.pk] = threading.Event()
    for number in range(3):
        late = [asyncio.ensure_future(sending.post(by(ada, den, f"{number}{at}", f"{number}{at}"))) for at in range(2)]
        assert (await sending.post(by(ada, lobby, str(number), str(number)))).created
    assert not any(one.done() for one in late)
    locked.pop(den.pk).set()
    after = await sending.post(by(ada, den, "after", "after"))
    await asyncio.gather(*late)
    assert await db(texts)(den) == ["00", "01", "10", "11", "20", "21", "after"]
    assert after.created and await db(texts)(lobby) == ["0", "1", "2"]
    await asyncio.sleep(0)
    assert not sending._sends[asyncio.get_running_loop()]._aside, "the room is back among the others"
