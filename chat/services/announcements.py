"""Announcements: notices to one room or to all, which travel as part of the room and so over every transport."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, fanout, wire
from ..errors import Invalid, NotFound
from ..models import FOR_GOOD, MAX_ANNOUNCEMENT, Act, Announcement, Message, Room, User
from ..text import clean_line, is_blank
from .audit import record
from .log import Log, locked
from .staff import check_staff

MAX_SHOWN = 5
"""In one room, and everywhere, at a time: they stand above what people came for, and travel with every change."""

AT_ONCE = 50
"""Rooms of one transaction when all are told."""


def announce(actor: User, room_id: int | None, text: str, *, until: datetime | None = None) -> Announcement:
    """A notice on all open pages of a room, or of all rooms (None), until then or until it is ended.

    Moderators in their room; staff with `chat.announce` anywhere.
    """
    made = Announcement(room_id=room_id, text=_clean(text), until=_future(until), created_by=actor)
    if room_id is None:
        with transaction.atomic():
            _make(actor, made, None)
            transaction.on_commit(tell_announcements)
        return made
    with locked(room_id) as log:
        _make(actor, made, log.room)
        _show(log, shown_in([room_id])[room_id])
    return made


def end_announcement(actor: User, announcement_id: int) -> None:
    """Takes a notice away; one that is over stays as it is. Who may make it may end it."""
    found = Announcement.objects.filter(pk=announcement_id).first()
    if found is None:
        raise NotFound(_("There is no such announcement."))
    if found.room_id is None:
        with transaction.atomic():
            if _end(actor, found, None):
                transaction.on_commit(tell_announcements)
        return
    with locked(found.room_id) as log:
        if _end(actor, found, log.room):
            _show(log, shown_in([found.room_id])[found.room_id])


def tell_announcements() -> int:
    """Brings each room in step with what is announced, some at a time; how many were not. May be repeated.

    Those that were written in last come first: there people wait, and nobody waits long for a lock.
    """
    newest = Message.objects.filter(room=OuterRef("pk")).order_by("-seq").values("created_at")[:1]
    latest = F("written_at").desc(nulls_last=True)
    rooms = Room.objects.annotate(written_at=Subquery(newest)).order_by(latest, "pk")
    keys = list(rooms.values_list("pk", flat=True))
    return sum(_tell(keys[start : start + AT_ONCE]) for start in range(0, len(keys), AT_ONCE))


def shown_in(room_ids: Iterable[int | None]) -> dict[int | None, list[Any]]:
    """What is announced in each room, the newest first, as rooms store it; None: everywhere. One query."""
    wanted = list(room_ids)
    found = Announcement.objects.filter(Announcement.shown(), Q(room=None) | Q(room__in=wanted)).order_by("-pk")
    told = [(one.room_id, wire.builtins(one.to_wire())) for one in found]
    return {key: [one for room_id, one in told if room_id in (None, key)] for key in wanted}


def _clean(text: str) -> str:
    text = clean_line(text, field="text", limit=MAX_ANNOUNCEMENT)
    if is_blank(text):
        raise Invalid(_("Say what is to be announced."), field="text")
    return text


def _future(until: datetime | None) -> datetime | None:
    if until and not timezone.now() < until <= FOR_GOOD:
        raise Invalid(_("Choose a time to come."), field="until")
    return until


def _make(actor: User, made: Announcement, room: Room | None) -> None:
    _check(actor, room)
    if Announcement.objects.filter(Announcement.shown(), room=room).count() >= MAX_SHOWN:
        raise Invalid(_("There are %d announcements already. End one first.") % MAX_SHOWN, field="text")
    made.save()
    record(actor, Act.Verb.ANNOUNCED, room=room, after=_fields(made))


def _end(actor: User, announcement: Announcement, room: Room | None) -> bool:
    """Whether it was shown until now."""
    _check(actor, room)
    ended = Announcement.objects.filter(Announcement.shown(), pk=announcement.pk).update(ended_at=timezone.now())
    if ended:
        record(actor, Act.Verb.ANNOUNCEMENT_ENDED, room=room, before=_fields(announcement))
    return bool(ended)


def _fields(announcement: Announcement) -> dict[str, Any]:
    return {"announcement": announcement.pk, "text": announcement.text, "until": announcement.until}


def _check(actor: User, room: Room | None) -> None:
    if room is None or (actor.is_staff and actor.has_perm("chat.announce")):
        check_staff(actor, "chat.announce")
    else:
        access.check_moderate(access.standing_in(actor, room))


def _show(log: Log, announcements: list[Any]) -> None:
    """Takes a number when that is news."""
    if log.room.announcements != announcements:
        log.room.announcements = announcements
        log.touch_room()


def _tell(room_ids: Iterable[int]) -> int:
    with transaction.atomic():
        # In the order of keys, as everybody asks for several rows.
        rooms = list(Room.objects.select_for_update().filter(pk__in=room_ids).order_by("pk"))
        shown = shown_in([room.pk for room in rooms])
        logs = [Log(room) for room in rooms]
        for log in logs:
            _show(log, shown[log.room.pk])
        changed = [log for log in logs if log.changes]
        Room.objects.bulk_update([log.room for log in changed], ["announcements", "version", "last_seq"])
        transaction.on_commit(partial(fanout.publish, *[log.event() for log in changed]), robust=True)
    return len(changed)
