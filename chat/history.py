"""The one reader of messages: what changed after a cursor, what stands before a place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from . import wire
from .errors import NotFound
from .models import Message, Revision, Room

MAX_EARLIER = 50


class Position(NamedTuple):
    """Where a room's log stands, and up to which place its messages were deleted for their age."""

    epoch: str
    last_seq: int
    purged_seq: int


class Page(NamedTuple):
    """Messages in ascending place; `more`: there are others before them."""

    messages: list[wire.Message]
    more: bool


def after(room_id: int, epoch: str | None, number: int, limit: int) -> wire.Slice:
    """At most `limit` changed messages after a number, oldest change first, each in its newest state.

    The room's row is read first, so `end` is never past what was read. An unknown epoch or a number from the future
    gives the newest page with `reset`; epoch None is a reader without a cursor, who gets the position alone.
    """
    room = _room(room_id)
    if epoch is None:
        return wire.Slice(room.epoch, room.last_seq, room.last_seq, room.access_version, [])
    if epoch != room.epoch or number > room.last_seq:
        return _reset(room, limit)
    found = Message.objects.of(room_id).after(number, room.last_seq)[: limit + 1]
    changes = [message.to_change() for message in found]
    if number < room.version:
        changes.append(room.to_change())
    changes.sort(key=lambda change: change.number)
    cut = wire.fitting(changes, limit)
    end = changes[cut - 1].number if cut < len(changes) else room.last_seq
    return wire.Slice(room.epoch, number, end, room.access_version, changes[:cut], behind=room.last_seq - end)


def newest(room: Room, limit: int) -> Page:
    """The newest page of a room whose row was read before."""
    return before(room.pk, room.last_seq + 1, limit)


def before(room_id: int, seq: int, limit: int) -> Page:
    """At most `limit` messages placed before a seq: the nearest ones, in ascending place."""
    found = list(Message.objects.of(room_id).before(seq)[: limit + 1])
    return Page([message.to_wire() for message in reversed(found[:limit])], len(found) > limit)


def one(room_id: int, seq: int) -> Message:
    """The message in this place; raises `NotFound`."""
    message = Message.objects.of(room_id).filter(seq=seq).first()
    if message is None:
        raise NotFound("There is no such message.")
    return message


def earlier(message: Message) -> list[Revision]:
    """What a message said before each of its changes, the last one first; the newest `MAX_EARLIER` alone."""
    return list(message.revisions.select_related("editor").order_by("-version")[:MAX_EARLIER])


def positions(room_ids: Iterable[int]) -> dict[int, Position]:
    """The positions of rooms, in one query; a room that is gone is left out."""
    rows = Room.objects.filter(pk__in=room_ids).values_list("pk", "epoch", "last_seq", "purged_seq")
    return {pk: Position(epoch, last_seq, purged_seq) for pk, epoch, last_seq, purged_seq in rows}


def _reset(room: Room, limit: int) -> wire.Slice:
    newest_first = [message.to_change() for message in Message.objects.of(room.pk).before(room.last_seq + 1)[:limit]]
    changes = [*newest_first[: wire.fitting(newest_first, limit)], room.to_change()]
    changes.sort(key=lambda change: change.number)
    return wire.Slice(room.epoch, 0, room.last_seq, room.access_version, changes, reset=True)


def _room(room_id: int) -> Room:
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound("There is no such room.")
    return room
