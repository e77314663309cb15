"""A room's log under its lock: where every change gets its number."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from .. import fanout, wire
from ..errors import NotFound
from ..models import Message, Room, User, new_token
from .columns import Columns, asked, read, write

_ROOM = Columns(Room, "id", "kind", "state", "guests", "slow_mode_s", "max_length", "access_version", "epoch")
"""What decides whether a message is taken."""


class Log:
    """A room's log under the room's lock: gives out numbers and collects what is told after the commit."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.changes: list[wire.Change] = []

    def number(self) -> int:
        self.room.last_seq += 1
        return self.room.last_seq

    def record(self, change: wire.Change) -> None:
        self.changes.append(change)

    def touch_room(self) -> None:
        """Takes a number for a change of the room itself."""
        self.room.version = self.number()
        self.record(self.room.to_change())

    def touch_access(self) -> None:
        """Takes a number for a change of who may read: whoever is past it has been admitted anew."""
        self.room.access_version = self.number()
        self.record(wire.Change(number=self.room.access_version, seq=wire.ACCESS))

    def event(self) -> fanout.Changed:
        room = self.room
        return fanout.Changed(room.pk, room.epoch, room.last_seq, room.access_version, self.changes)


@contextmanager
def locked(room_id: int) -> Iterator[Log]:
    """The room's log in one transaction. The lock is taken first and held to the end, so numbers have no holes."""
    with transaction.atomic():
        room = Room.objects.select_for_update().filter(pk=room_id).first()
        if room is None:
            raise NotFound(_("There is no such room."))
        log = Log(room)
        yield log
        if log.changes:
            room.save()
            transaction.on_commit(partial(fanout.publish, log.event()), robust=True)


@contextmanager
def locked_together(room_ids: Collection[int], *, wait: bool) -> Iterator[dict[int, Log]]:
    """The logs of several rooms in one transaction, by id: those that there are.

    Without `wait` a room that somebody else has locked is left out, so that it delays none of the others. PostgreSQL
    is asked in the order of ids, so that two who wait do not wait for each other; SQLite has one writer at a time.
    """
    with transaction.atomic():
        logs = {room.id: Log(room) for room in _lock(room_ids, wait)}
        yield logs
        changed = [log for log in logs.values() if log.changes]
        if changed:
            _move([log.room for log in changed])
            transaction.on_commit(partial(fanout.publish, *[log.event() for log in changed]), robust=True)


def _lock(room_ids: Collection[int], wait: bool) -> list[Room]:
    some = ", ".join(["%s"] * len(room_ids))
    lock = "" if wait else " SKIP LOCKED"
    rows = read(
        f"SELECT last_seq, {_ROOM.sql} FROM chat_room WHERE id IN ({some}) ORDER BY id"  # noqa: S608 - names of our own
        + (f" FOR NO KEY UPDATE{lock}" if connection.features.has_select_for_update else ""),
        list(room_ids),
    )
    return [_at(last_seq, _ROOM.instance(tuple(row))) for last_seq, *row in rows]


def _at(last_seq: int, room: Room) -> Room:
    room.last_seq = last_seq
    return room


def _move(rooms: list[Room]) -> None:
    """Stores how far the logs of these rooms go."""
    table, values = asked("id, last_seq", [(room.id, room.last_seq) for room in rooms])
    move = "UPDATE chat_room SET last_seq = asked.last_seq FROM asked WHERE chat_room.id = asked.id"
    write(table + move, values)


def append(log: Log, author: User, key: str, body: str, **fields: Any) -> Message:
    number = log.number()
    message = Message.objects.create(
        room=log.room, author=author, seq=number, version=number, key=key, body=body, created_at=wire.now(), **fields
    )
    log.record(message.to_change())
    return message


def notice(log: Log, actor: User, body: str) -> None:
    append(log, actor, new_token(), body, kind=Message.Kind.SYSTEM)
