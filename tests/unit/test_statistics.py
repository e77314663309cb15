"""Figures of a room."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from chat import services, statistics
from chat.models import Message, Room, User
from tests.unit.saying import say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def noon(days_ago: int) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=days_ago), time(12)))


def wrote(author: User, room: Room, days_ago: int, count: int = 1) -> None:
    """Messages of a day."""
    for _ in range(count):
        message = say(author, room)
        Message.objects.filter(pk=message.pk).update(created_at=noon(days_ago))


@pytest.fixture
def quiet(lobby: Room) -> Room:
    """The lobby without a message."""
    Message.objects.all().delete()
    return lobby


def counted(room: Room, days: int = 30) -> dict[date, int]:
    found = statistics.figures(Room.objects.get(pk=room.pk), days)
    assert len(found.days) == days and found.days[-1].date == timezone.localdate()
    return {day.date: day.messages for day in found.days if day.messages}


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def test_messages_are_counted_by_day(ada: User, bo: User, quiet: Room) -> None:
    wrote(bo, quiet, 100)
    wrote(bo, quiet, 31, 2)
    wrote(bo, quiet, 29, 3)
    services.update_room(ada, quiet.pk, topic="takes a number and is no message")
    wrote(ada, quiet, 5)
    wrote(bo, quiet, 0, 2)
    assert counted(quiet) == {ago(29): 3, ago(5): 1, ago(0): 2}
    assert counted(quiet, 90) == {ago(31): 2, ago(29): 3, ago(5): 1, ago(0): 2}


def test_deleted_ones_count_and_purged_ones_do_not(ada: User, bo: User, quiet: Room) -> None:
    wrote(bo, quiet, 20, 2)
    wrote(bo, quiet, 3)
    services.delete_message(bo, quiet.pk, Message.objects.latest("seq").seq)
    services.update_room(ada, quiet.pk, retention_days=10)
    services.apply_retention(quiet.pk)
    assert counted(quiet) == {ago(3): 1}


def test_a_room_without_messages(quiet: Room) -> None:
    assert counted(quiet) == {}
    assert [one.people for one in statistics.figures(quiet, 30).active] == [0, 0, 0]


def test_days_are_those_of_the_site(bo: User, quiet: Room, settings: Settings) -> None:
    message = say(bo, quiet)
    late = datetime.combine(datetime.now(UTC).date() - timedelta(days=2), time(23, 30), tzinfo=UTC)
    Message.objects.filter(pk=message.pk).update(created_at=late)
    with timezone.override("Europe/Berlin"):
        assert counted(quiet) == {late.date() + timedelta(days=1): 1}
    with timezone.override("UTC"):
        assert counted(quiet) == {late.date(): 1}


def test_who_wrote_is_active_also_when_they_have_left(ada: User, bo: User, cleo: User, quiet: Room, den: Room) -> None:
    wrote(ada, quiet, 20)
    wrote(bo, quiet, 5, 2)
    say(cleo, quiet)
    say(ada, den)
    services.leave_room(cleo, quiet.pk)
    found = statistics.figures(quiet, 30)
    assert [(one.days, one.people) for one in found.active] == [(1, 1), (7, 2), (30, 3)]
    assert found.members == 3, "Ada, Mo and Bo"


def test_places_are_found_among_gaps(ada: User, quiet: Room) -> None:
    """Against a plain look at all messages."""
    rng = Random(7)
    start, seq, rows = noon(60), 0, []
    for number in range(300):
        seq += rng.randint(1, 9)
        start += timedelta(minutes=rng.randint(0, 300))
        rows.append(
            Message(room=quiet, author=ada, seq=seq, version=seq, key=f"key-{number}", body="x", created_at=start)
        )
    Message.objects.bulk_create(rows)
    Room.objects.filter(pk=quiet.pk).update(last_seq=seq + 5)
    room = Room.objects.get(pk=quiet.pk)
    moments = [noon(60) + timedelta(hours=rng.randint(-10, 1600)) for _ in range(40)]
    for moment, place in zip(moments, statistics.places(room, moments), strict=True):
        older = [row.seq for row in rows if row.created_at < moment]
        assert place == (older[-1] if older else 0) + 1


def test_the_number_of_queries_is_always_the_same(
    quiet: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for last in (1, 2**20, 2**40):
        Room.objects.filter(pk=quiet.pk).update(last_seq=last)
        room = Room.objects.get(pk=quiet.pk)
        with django_assert_num_queries(1 + 1 + 3 + 1):
            statistics.figures(room, 90)
