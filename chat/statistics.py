"""Figures of a room, read by the indexes that there are: a million messages take a fraction of a second.

Days are found by halving the places of a room, whose times ascend. Where the clock of a server was set back, what was
written around midnight may be counted with the day beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from .models import Membership, Message, Room

ACTIVE_DAYS = (1, 7, 30)


class Day(NamedTuple):
    """`messages`: all places of that day that have a message, deleted ones and notices included."""

    date: date
    messages: int


class Active(NamedTuple):
    """How many people wrote within the last `days` of 24 hours, whether or not they have left."""

    days: int
    people: int


class Figures(NamedTuple):
    days: list[Day]
    active: list[Active]
    members: int


def figures(room: Room, days: int) -> Figures:
    """The last days, today included, in the time zone of the site; what was deleted for its age is not counted."""
    today = timezone.localdate()
    dates = [today - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    counts = _counts(room, places(room, [_midnight(day) for day in dates]))
    return Figures(
        [Day(*pair) for pair in zip(dates, counts, strict=True)],
        [Active(number, _active(room, number)) for number in ACTIVE_DAYS],
        Membership.objects.filter(room=room, left_at=None).count(),
    )


def places(room: Room, moments: Sequence[datetime]) -> list[int]:
    """For each moment the first place of what was written then or later, one past the last when there is none.

    All are halved together: one query for each bit of the room's counter.
    """
    low, high = [1] * len(moments), [room.last_seq + 1] * len(moments)
    while asked := [(index, (low[index] + high[index]) // 2) for index in range(len(low)) if low[index] < high[index]]:
        late = _are_late(room, [(index, middle, moments[index]) for index, middle in asked])
        for index, middle in asked:
            if late[index]:
                high[index] = middle
            else:
                low[index] = middle + 1
    return low


def _are_late(room: Room, asked: list[tuple[int, int, datetime]]) -> dict[int, bool]:
    """Whether the first message at a place or after it is not older than a moment; (index, place, moment)."""
    adapt = connection.ops.adapt_datetimefield_value
    rows = [(index, place, adapt(moment)) for index, place, moment in asked]
    first = "SELECT created_at >= asked.moment FROM chat_message WHERE room_id = %s AND seq >= asked.place"
    found = _read("number, place, moment", rows, f"({first} ORDER BY seq LIMIT 1)", room)
    # No message any more: as if written later than anything.
    return {index: late is None or bool(late) for index, late in found}


def _counts(room: Room, starts: list[int]) -> list[int]:
    """How many messages stand from each place up to the next one."""
    ends = [*starts[1:], room.last_seq + 1]
    rows = [(index, *ends_at) for index, ends_at in enumerate(zip(starts, ends, strict=True))]
    count = "SELECT COUNT(*) FROM chat_message WHERE room_id = %s AND seq >= asked.low AND seq < asked.high"
    found = dict(_read("number, low, high", rows, f"({count})", room))
    return [found[index] for index in range(len(starts))]


def _read(columns: str, rows: list[tuple[Any, ...]], answer: str, room: Room) -> list[tuple[int, Any]]:
    """What is answered for each of these rows, in one statement."""
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    table = f"WITH asked ({columns}) AS (VALUES {', '.join([one] * len(rows))})"
    with connection.cursor() as cursor:
        values = [value for row in rows for value in row]
        cursor.execute(f"{table} SELECT asked.number, {answer} FROM asked", [*values, room.pk])  # noqa: S608 - our own
        found: list[tuple[int, Any]] = cursor.fetchall()
        return found


def _active(room: Room, days: int) -> int:
    """Who wrote has a row among the members, also after leaving; the index of authors says whether it was of late."""
    since = timezone.now() - timedelta(days=days)
    wrote = Message.objects.filter(room=room, author=OuterRef("user"), kind=Message.Kind.TEXT, created_at__gte=since)
    return Membership.objects.filter(Exists(wrote), room=room).count()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
