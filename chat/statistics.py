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
    """For each moment the place behind the last message that is older: 1 when there is none. One query.

    The database goes up from 0 by steps that are halved each time, wherever the message it comes to is still older.
    """
    adapt = connection.ops.adapt_datetimefield_value
    widest = 1 << max(0, room.last_seq.bit_length() - 1)
    starts = [(index, adapt(moment), widest) for index, moment in enumerate(moments)]
    row = "(%s, %s, CAST(0 AS bigint), CAST(%s AS bigint))"
    older = "SELECT created_at < up.moment FROM chat_message WHERE room_id = %s AND seq >= up.place + up.step"
    return _read(
        f"WITH RECURSIVE up (number, moment, place, step) AS (VALUES {', '.join([row] * len(starts))}"  # noqa: S608
        f" UNION ALL SELECT number, moment, place + CASE WHEN ({older} ORDER BY seq LIMIT 1) THEN step ELSE 0 END,"
        " step / 2 FROM up WHERE step > 0) SELECT number, place + 1 FROM up WHERE step = 0",
        [*starts, (room.pk,)],
    )


def _counts(room: Room, starts: list[int]) -> list[int]:
    """How many messages stand from each place up to the next one. One query."""
    ends = [*starts[1:], room.last_seq + 1]
    rows = [(index, start, end) for index, (start, end) in enumerate(zip(starts, ends, strict=True))]
    count = "SELECT COUNT(*) FROM chat_message WHERE room_id = %s AND seq >= asked.low AND seq < asked.high"
    return _read(
        f"WITH asked (number, low, high) AS (VALUES {', '.join(['(%s, %s, %s)'] * len(rows))})"  # noqa: S608
        f" SELECT number, ({count}) FROM asked",
        [*rows, (room.pk,)],
    )


def _read(sql: str, rows: list[tuple[Any, ...]]) -> list[int]:
    """What a statement says of each number, in their order; `rows`: its values."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in rows for value in row])
        return [found for _number, found in sorted(cursor.fetchall())]


def _active(room: Room, days: int) -> int:
    """Who wrote has a row among the members, also after leaving; the index of authors says whether it was of late."""
    since = timezone.now() - timedelta(days=days)
    wrote = Message.objects.filter(room=room, author=OuterRef("user"), kind=Message.Kind.TEXT, created_at__gte=since)
    return Membership.objects.filter(Exists(wrote), room=room).count()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
