"""A room's log under its lock: where every change gets its number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .. import fanout, wire
from ..errors import NotFound
from ..models import Message, Room, User, new_token


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


def append(log: Log, author: User, key: str, body: str, **fields: Any) -> Message:
    number = log.number()
    message = Message.objects.create(
        room=log.room, author=author, seq=number, version=number, key=key, body=body, created_at=wire.now(), **fields
    )
    log.record(message.to_change())
    return message


def notice(log: Log, actor: User, body: str) -> None:
    append(log, actor, new_token(), body, kind=Message.Kind.SYSTEM)
