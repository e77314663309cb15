"""Many messages in one transaction: as if each were posted after the other, at the price of a few statements."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from chat import fanout, services, wire
from chat.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited, TooLong
from chat.models import Membership, Message, Room, User
from chat.services import Posted, Send, columns
from tests.unit.conftest import Committed
from tests.unit.saying import say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def send(user: User, room: Room, key: str, body: str = "hello", reply_to: int | None = None) -> Send:
    return Send(user, room.pk, f"key-{key:0>8}", body, reply_to)


def kinds(outcomes: list[Any]) -> list[Any]:
    """The text of what was posted, the type of what was refused."""
    return [one.message.body if isinstance(one, Posted) else type(one) for one in outcomes]


def test_a_batch_takes_the_same_few_statements_whatever_its_size(
    ada: User, bo: User, lobby: Room, den: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (1, 40):
        sends = [send((ada, bo)[at % 2], (lobby, den)[at // 2 % 2], f"{size}-{at}") for at in range(size)]
        # Rooms, memberships with known keys, messages, counters; a savepoint and its release, as the test has a transaction.
        with django_assert_num_queries(6):
            services.post_messages(sends)


def test_each_room_has_its_own_numbers_and_one_event(
    ada: User, bo: User, lobby: Room, den: Room, committed: Committed
) -> None:
    sends = [send((ada, bo)[at % 2], (lobby, den)[at % 2], f"{at}", f"{at}") for at in range(6)]
    with committed() as told:
        outcomes = services.post_messages(sends)
    for room in (lobby, den):
        mine = [one for at, one in enumerate(outcomes) if sends[at].room_id == room.pk and isinstance(one, Posted)]
        numbers = list(range(room.last_seq + 1, room.last_seq + 4))
        assert [one.message.seq for one in mine] == numbers
        assert Room.objects.get(pk=room.pk).last_seq == numbers[-1]
        changes = [wire.Change(one.message.seq, one.message.seq, one.data) for one in mine]
        assert fanout.Changed(room.pk, room.epoch, numbers[-1], room.access_version, changes) in told
        stored = [row.to_change() for row in Message.objects.of(room.pk).filter(seq__in=numbers).order_by("seq")]
        assert stored == changes
    assert len(told) == 2


def test_a_message_may_answer_one_of_the_same_batch(ada: User, lobby: Room) -> None:
    seq = lobby.last_seq + 1
    outcomes = services.post_messages(
        [send(ada, lobby, "0", "yes?"), send(ada, lobby, "1", "no", seq), send(ada, lobby, "2", "later", seq + 2)]
    )
    assert kinds(outcomes) == ["yes?", "no", Invalid]


def test_slow_mode_counts_what_the_same_batch_has_posted(ada: User, bo: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, slow_mode_s=30)
    outcomes = services.post_messages(
        [
            send(bo, lobby, "0", "one"),
            send(bo, lobby, "1"),
            send(ada, lobby, "2", "two"),
            send(ada, lobby, "3", "three"),
        ]
    )
    assert kinds(outcomes) == ["one", RateLimited, "two", "three"]


def test_a_room_takes_messages_up_to_its_own_length(ada: User, bo: User, lobby: Room, den: Room) -> None:
    """For everybody, and at once: also in the batch that follows the one before the change."""
    assert kinds(services.post_messages([send(bo, lobby, "0", "x" * 30)])) == ["x" * 30]
    services.update_room(ada, lobby.pk, max_length=20)
    sends = [
        send(bo, lobby, "1", "x" * 21),
        send(ada, lobby, "2", "x" * 21),
        send(bo, lobby, "3", "x" * 20),
        send(bo, lobby, "4", "é" * 20 + "\n"),
        send(bo, den, "5", "x" * 21),
        send(bo, lobby, "0", "x" * 30),
    ]
    said = [TooLong, TooLong, "x" * 20, "é" * 20, "x" * 21, "x" * 30]
    assert kinds(services.post_messages(sends)) == said


def test_the_refusal_names_the_length_of_the_room(ada: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, max_length=20)
    with pytest.raises(TooLong, match="At most 20 characters in this room") as refused:
        say(ada, lobby, "x" * 21)
    assert refused.value.field == "body"


def test_who_writes_several_at_once_joins_once(cleo: User, lobby: Room) -> None:
    outcomes = services.post_messages([send(cleo, lobby, f"{at}", f"{at}") for at in range(3)])
    assert kinds(outcomes) == ["0", "1", "2"]
    member = Membership.objects.get(room=lobby, user=cleo)
    assert (member.left_at, member.last_read_seq) == (None, lobby.last_seq)


def test_each_is_refused_for_itself(ada: User, bo: User, cleo: User, lobby: Room, den: Room) -> None:
    services.ban(ada, lobby.pk, bo.pk, timezone.now() + timedelta(hours=1))
    services.post_message(ada, lobby.pk, key="key-00000009", body="known")
    sends = [
        send(bo, lobby, "0"),
        send(bo, den, "1", "elsewhere"),
        send(cleo, den, "2"),
        send(ada, lobby, "9", "known"),
        send(ada, lobby, "9", "another"),
        send(ada, lobby, "4", " "),
        Send(ada, lobby.pk, "a\x00bad key", "x"),
        Send(ada, 10**6, "key-00000007", "nowhere"),
        send(ada, lobby, "8", "last"),
    ]
    refused = [Forbidden, "elsewhere", NotFound, "known", Conflict, Invalid, Invalid, NotFound, "last"]
    assert kinds(services.post_messages(sends)) == refused


def test_a_change_between_two_batches_is_seen(ada: User, bo: User, lobby: Room) -> None:
    """Instances of the last batch are used again: only as long as their rows are the same."""
    assert kinds(services.post_messages([send(bo, lobby, "0", "one")])) == ["one"]
    services.mute(ada, lobby.pk, bo.pk, timezone.now() + timedelta(hours=1))
    assert kinds(services.post_messages([send(bo, lobby, "1")])) == [Forbidden]
    services.mute(ada, lobby.pk, bo.pk, None)
    services.update_room(ada, lobby.pk, state="archived")
    assert kinds(services.post_messages([send(bo, lobby, "2")])) == [Forbidden]
    services.update_room(ada, lobby.pk, state="open")
    assert kinds(services.post_messages([send(bo, lobby, "3", "two")])) == ["two"]


def test_a_batch_of_refusals_touches_no_room(
    ada: User, lobby: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert kinds(services.post_messages([send(ada, lobby, "0", "")])) == [Invalid]


def test_instances_that_are_kept_have_a_bound(
    ada: User, lobby: Room, den: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "MAX_MADE", 1)
    some = columns.Columns(Room, "id", "created_at")
    rows = [columns.read("SELECT id, created_at FROM chat_room WHERE id = %s", [room.pk])[0] for room in (lobby, den)]
    first = some.instance(rows[0])
    assert some.instance(rows[0]) is first
    assert some.instance(rows[1]).created_at == den.created_at
    assert some.instance(rows[0]) is not first
    assert first.name == "Lobby", "what was not read is read when somebody asks"
