"""A room's log: numbers without holes, given out under the room's lock, told after the commit."""

import threading

import pytest
from django.db import connection, transaction

from chat import fanout, history, services, wire
from chat.errors import NotFound
from chat.models import Message, Room, User
from chat.services.log import append, locked, notice
from tests.unit.conftest import Committed

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_every_change_takes_the_next_number(ada: User, lobby: Room) -> None:
    with locked(lobby.pk) as log:
        first = append(log, ada, "key-first", "one")
        second = append(log, ada, "key-second", "two")
    assert (first.seq, second.seq) == (lobby.last_seq + 1, lobby.last_seq + 2)
    assert Room.objects.get(pk=lobby.pk).last_seq == second.version


def test_a_room_that_does_not_exist_cannot_be_locked(db: None) -> None:
    with pytest.raises(NotFound), locked(10**6):
        pass


def test_a_block_without_changes_saves_and_tells_nothing(lobby: Room, committed: Committed) -> None:
    with committed() as told, locked(lobby.pk) as log:
        log.room.name = "Not kept"
    assert told == []
    assert Room.objects.get(pk=lobby.pk).name == "Lobby"


def test_one_event_tells_of_all_changes_after_the_commit(ada: User, lobby: Room, committed: Committed) -> None:
    with committed() as told, locked(lobby.pk) as log:
        append(log, ada, "key-first", "one")
        log.touch_access()
    (event,) = told
    assert isinstance(event, fanout.Changed)
    last = lobby.last_seq + 2
    assert (event.room_id, event.epoch, event.last, event.access_version) == (lobby.pk, lobby.epoch, last, last)
    assert [(change.number, change.seq) for change in event.changes] == [(last - 1, last - 1), (last, wire.ACCESS)]


def test_what_is_told_is_what_the_log_reads(ada: User, lobby: Room, committed: Committed) -> None:
    with committed() as told:
        services.post_message(ada, lobby.pk, key="key-first", body="hello")
        services.update_room(ada, lobby.pk, topic="Another")
    heard = [change for event in told if isinstance(event, fanout.Changed) for change in event.changes]
    assert heard == history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10).changes


def test_a_failure_gives_the_number_back_and_tells_nothing(ada: User, lobby: Room, committed: Committed) -> None:
    with committed() as told:
        with pytest.raises(RuntimeError), locked(lobby.pk) as log:
            append(log, ada, "key-first", "one")
            raise RuntimeError
        services.post_message(ada, lobby.pk, key="key-second", body="two")
    assert len(told) == 1
    assert Message.objects.get(key="key-second").seq == lobby.last_seq + 1
    assert not Message.objects.filter(key="key-first").exists()


def test_a_rolled_back_transaction_around_it_tells_nothing(ada: User, lobby: Room, committed: Committed) -> None:
    with committed() as told, pytest.raises(RuntimeError), transaction.atomic():
        services.post_message(ada, lobby.pk, key="key-first", body="one")
        raise RuntimeError
    assert told == []


def test_a_change_of_access_has_a_number_and_no_content(lobby: Room) -> None:
    with locked(lobby.pk) as log:
        log.touch_access()
    fresh = Room.objects.get(pk=lobby.pk)
    assert fresh.access_version == fresh.last_seq == lobby.last_seq + 1
    part = history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10)
    assert (part.changes, part.end) == ([], fresh.last_seq)


def test_a_notice_is_a_message_of_the_system(ada: User, lobby: Room) -> None:
    with locked(lobby.pk) as log:
        notice(log, ada, "did something")
    assert Message.objects.get(seq=lobby.last_seq + 1).kind == Message.Kind.SYSTEM


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_no_holes_and_a_reader_misses_nothing(ada: User, lobby: Room) -> None:
    writers, each = 4, 8
    seen: list[int] = []

    def write(writer: int) -> None:
        for number in range(each):
            services.post_message(ada, lobby.pk, key=f"writer-{writer}-{number}", body="x")
        connection.close()

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(writers)]
    for thread in threads:
        thread.start()
    cursor, last = lobby.last_seq, lobby.last_seq + writers * each
    writing = True
    while writing:
        writing = any(thread.is_alive() for thread in threads)
        part = history.after(lobby.pk, lobby.epoch, cursor, 100)
        seen += [change.number for change in part.changes]
        cursor = part.end
    assert seen == list(range(lobby.last_seq + 1, last + 1))


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_many_times_at_once_has_one_effect(ada: User, lobby: Room) -> None:
    posted: list[services.Posted] = []

    def send() -> None:
        posted.append(services.post_message(ada, lobby.pk, key="same-key-1", body="x"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.message.seq for one in posted}) == 1
    assert sorted(one.created for one in posted) == [False] * 5 + [True]
