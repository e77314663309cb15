"""What deleted messages said: kept for a while, so that they can be restored, and then really gone."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from ..errors import NotFound
from ..models import Act, Deletion, Message, Revision
from .audit import record
from .log import locked

AT_ONCE = 500
"""Texts of one transaction, in which the room waits to write."""


def purge_deleted(before: datetime) -> int:
    """Forgets what messages said that were deleted before then, earlier versions included; how many messages it was.

    Their tombstones stay in their places. By the system, for a nightly command.
    """
    rooms = list(_unpurged(before).order_by("room").values_list("room", flat=True).distinct())
    purged = sum(_purge_room(room_id, before) for room_id in rooms)
    rest = Revision.objects.filter(deletion=OuterRef("pk"))
    asked_before = Deletion.objects.filter(state=Deletion.State.DELETED, created_at__lt=before)
    asked_before.filter(~Exists(rest)).update(state=Deletion.State.PURGED)
    return purged


def _purge_room(room_id: int, before: datetime) -> int:
    purged = 0
    with suppress(NotFound):
        while count := _purge_some(room_id, before):
            purged += count
    return purged


def _purge_some(room_id: int, before: datetime) -> int:
    """Under the room's lock: whoever restores one of these messages comes before or after, not in between."""
    with locked(room_id) as log:
        old = _unpurged(before).filter(room=log.room)
        messages = list(old.order_by("deleted_at").values_list("pk", flat=True)[:AT_ONCE])
        if messages:
            Revision.objects.filter(message__in=messages).delete()
            after = {"messages": len(messages), "deleted_before": before}
            record(None, Act.Verb.MESSAGES_PURGED, room=log.room, after=after)
        return len(messages)


def _unpurged(before: datetime) -> QuerySet[Message]:
    return Message.objects.filter(Exists(Revision.objects.filter(message=OuterRef("pk"))), deleted_at__lt=before)
