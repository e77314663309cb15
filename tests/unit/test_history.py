"""Reading the log: what changed after a cursor, what stands before a place."""

import json

import pytest
from pytest_django import DjangoAssertNumQueries

from chat import history, services, wire
from chat.errors import NotFound
from chat.models import Room, User
from tests.unit.saying import say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def fresh(room: Room) -> Room:
    return Room.objects.get(pk=room.pk)


def seqs(part: wire.Slice) -> list[int]:
    return [change.seq for change in part.changes]


def test_it_reads_what_is_after_a_number_in_order_of_change(bo: User, lobby: Room) -> None:
    first, second = say(bo, lobby, "one"), say(bo, lobby, "two")
    services.edit_message(bo, lobby.pk, first.seq, "one, mended")
    part = history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10)
    assert seqs(part) == [second.seq, first.seq]
    assert [change.number for change in part.changes] == [second.version, second.version + 1]
    assert (part.start, part.end, part.more, part.reset) == (lobby.last_seq, second.version + 1, False, False)


def test_each_message_comes_once_in_its_newest_state(bo: User, lobby: Room) -> None:
    message = say(bo, lobby, "one")
    for body in ("two", "three"):
        services.edit_message(bo, lobby.pk, message.seq, body)
    (change,) = history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10).changes
    assert json.loads(change.data)["body"] == "three"


def test_a_level_reader_gets_nothing(lobby: Room) -> None:
    part = history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10)
    assert (part.changes, part.end, part.more) == ([], lobby.last_seq, False)


def test_a_reader_without_a_cursor_gets_the_position_alone(bo: User, lobby: Room) -> None:
    message = say(bo, lobby)
    part = history.after(lobby.pk, None, 0, 10)
    assert (part.epoch, part.end, part.changes, part.reset) == (lobby.epoch, message.version, [], False)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_a_long_gap_comes_in_pieces_without_loss_or_repetition(limit: int, ada: User, bo: User, lobby: Room) -> None:
    sent = [say(bo, lobby).seq for _ in range(4)]
    services.update_room(ada, lobby.pk, topic="between")
    sent += [say(bo, lobby).seq for _ in range(3)]
    read, cursor, more = [], lobby.last_seq, True
    while more:
        part = history.after(lobby.pk, lobby.epoch, cursor, limit)
        assert sum(seq > wire.ROOM for seq in seqs(part)) <= limit
        read += seqs(part)
        cursor, more = part.end, part.more
    assert [seq for seq in read if seq > wire.ROOM] == sent
    assert read.count(wire.ROOM) == 1
    assert cursor == fresh(lobby).last_seq


def test_long_messages_come_in_batches_of_a_bounded_size(
    bo: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.wire.changes.MAX_BATCH_BYTES", 3000)
    sent = [say(bo, lobby, "x" * 1000).seq for _ in range(5)]
    part = history.after(lobby.pk, lobby.epoch, lobby.last_seq, 100)
    assert (seqs(part), part.more, part.end) == (sent[:2], True, sent[1])
    assert part.behind == Room.objects.get(pk=lobby.pk).last_seq - sent[1]
    reset = history.after(lobby.pk, "other", 0, 100)
    assert [seq for seq in seqs(reset) if seq > wire.ROOM] == sent[-2:]


def test_a_change_of_the_room_comes_with_its_number(ada: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, topic="Another")
    (change,) = history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10).changes
    assert (change.seq, json.loads(change.data)["topic"]) == (wire.ROOM, "Another")
    assert history.after(lobby.pk, lobby.epoch, change.number, 10).changes == []


@pytest.mark.parametrize(("epoch", "ahead"), [("other", 0), ("", 0), (None, 1)], ids=["another", "empty", "future"])
def test_a_cursor_that_cannot_be_continued_gets_the_newest_page(
    epoch: str | None, ahead: int, bo: User, lobby: Room
) -> None:
    sent = [say(bo, lobby).seq for _ in range(5)]
    last = fresh(lobby).last_seq
    part = history.after(lobby.pk, lobby.epoch if epoch is None else epoch, last + ahead, 3)
    assert part.reset and part.end == last
    assert [seq for seq in seqs(part) if seq > wire.ROOM] == sent[-3:]
    assert wire.ROOM in seqs(part), "the room may have changed as well"


@pytest.mark.parametrize("number", [2**63 - 1, 10**30])
def test_a_number_out_of_all_bounds_is_from_the_future(number: int, lobby: Room) -> None:
    assert history.after(lobby.pk, lobby.epoch, number, 10).reset


def test_a_room_that_is_gone_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        history.after(10**6, "e1", 0, 10)


def test_the_slice_knows_the_last_change_of_access(ada: User, bo: User, lobby: Room) -> None:
    services.set_role(ada, lobby.pk, bo.pk, "moderator")
    assert history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10).access_version == fresh(lobby).last_seq


def test_rooms_do_not_mix(bo: User, lobby: Room, den: Room) -> None:
    say(bo, den, "secret")
    assert history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10).changes == []


def test_a_page_before_a_place_is_the_nearest_in_ascending_order(bo: User, lobby: Room) -> None:
    sent = [say(bo, lobby).seq for _ in range(6)]
    page = history.before(lobby.pk, sent[4], 3)
    assert ([message.seq for message in page.messages], page.more) == (sent[1:4], True)


def test_the_first_page_says_that_there_is_no_more(bo: User, lobby: Room) -> None:
    say(bo, lobby)
    page = history.before(lobby.pk, fresh(lobby).last_seq + 1, 50)
    assert page.messages[0].kind == "system" and not page.more
    assert history.before(lobby.pk, page.messages[0].seq, 50) == ([], False)


@pytest.mark.parametrize("seq", [0, 1, 2**63 - 1, 10**30])
def test_any_place_may_be_asked_for(seq: int, lobby: Room) -> None:
    assert len(history.before(lobby.pk, seq, 50).messages) == (0 if seq < 2 else 1)


def test_the_newest_page_ends_with_the_last_message(bo: User, lobby: Room) -> None:
    last = [say(bo, lobby) for _ in range(3)][-1]
    page = history.newest(fresh(lobby), 2)
    assert ([message.seq for message in page.messages], page.more) == ([last.seq - 1, last.seq], True)


def test_positions_of_many_rooms_are_one_query(
    lobby: Room, den: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = history.positions([lobby.pk, den.pk, 10**6])
    assert found == {lobby.pk: (lobby.epoch, lobby.last_seq, 0), den.pk: (den.epoch, den.last_seq, 0)}


def test_reading_costs_the_same_whatever_is_read(
    bo: User, lobby: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        say(bo, lobby)
    with django_assert_num_queries(2):
        history.after(lobby.pk, lobby.epoch, 0, 100)
    with django_assert_num_queries(1):
        history.before(lobby.pk, 100, 50)
