"""How long rooms keep their messages: what is older is deleted, a little at a time.

The rows go, and no tombstones stay. Each tombstone would take a number, so that every reader would be told of all that
nobody is to read any more; and who wrote when is to go as well. Readers bear gaps: what they are handed is what there
is after their cursor. So nothing else of the room changes, but for how far it has been purged.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.utils import timezone

from ..errors import NotFound
from ..models import Act, Message, Report, Revision, Room
from .audit import record
from .log import Log, locked

AT_ONCE = 200
"""Messages of one transaction: some 10 ms, for which the room, and on SQLite everybody, waits to write."""


def apply_retention(room_id: int) -> int:
    """Deletes what is older than the room keeps; how many messages that were. Others write in between."""
    deleted = 0
    while True:
        began = time.monotonic()
        gone, more = _delete_some(room_id, is_first=not deleted)
        deleted += gone
        if not more:
            return deleted
        # As long as the last piece took: half of the time is for those who write.
        time.sleep(time.monotonic() - began)


def overdue(room: Room) -> int:
    """How many messages are older than the room keeps."""
    return Message.objects.filter(room=room, created_at__lt=_cutoff(room)).count() if room.retention_days else 0


def _delete_some(room_id: int, *, is_first: bool) -> tuple[int, bool]:
    """How many went, and whether there may be more."""
    try:
        with locked(room_id) as log:
            return _delete_oldest(log, is_first=is_first) if log.room.retention_days else (0, False)
    except NotFound:
        return 0, False


def _delete_oldest(log: Log, *, is_first: bool) -> tuple[int, bool]:
    """In the order of places, which is that of time; the first one that is young ends it."""
    room, cutoff = log.room, _cutoff(log.room)
    oldest = Message.objects.filter(room=room).order_by("seq").values_list("pk", "seq", "created_at")[:AT_ONCE]
    old = [(key, seq) for key, seq, created_at in oldest if created_at < cutoff]
    if not old:
        return 0, False
    if is_first:
        record(None, Act.Verb.MESSAGES_PURGED, room=room, after={"days": room.retention_days, "before": cutoff})
    keys = [key for key, _seq in old]
    Revision.objects.filter(message__in=keys).delete()
    Report.objects.filter(message__in=keys).delete()
    messages = Message.objects.filter(pk__in=keys)
    # As one statement: nothing hangs on them any more.
    messages._raw_delete(messages.db)
    room.purged_seq = max(seq for _key, seq in old)
    room.save(update_fields=["purged_seq"])
    return len(old), len(old) == AT_ONCE


def _cutoff(room: Room) -> datetime:
    return timezone.now() - timedelta(days=room.retention_days)
