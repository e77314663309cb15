"""Sanctions of moderators in a room: a ban, a mute, a kick."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from .. import access
from ..access import Standing
from ..models import MAX_REASON, Act, Membership, Room, User
from ..text import clean_line
from .audit import record
from .log import locked
from .members import end, membership


class Kind(NamedTuple):
    """A kind of sanction: its fields, in a membership and in a person, and how its acts are called."""

    until: str
    reason: str
    set: Act.Verb
    lifted: Act.Verb


BAN = Kind("banned_until", "ban_reason", Act.Verb.BANNED, Act.Verb.UNBANNED)
MUTE = Kind("muted_until", "mute_reason", Act.Verb.MUTED, Act.Verb.UNMUTED)


def ban(actor: User, room_id: int, user_id: int, until: datetime | None, *, reason: str = "", note: str = "") -> None:
    """Keeps a person out of the room until then; None lifts the ban.

    `reason`: shown to the person; `note`: for the record of acts alone.
    """
    _sanction(actor, room_id, user_id, BAN, until, reason, note)


def mute(actor: User, room_id: int, user_id: int, until: datetime | None, *, reason: str = "", note: str = "") -> None:
    """Keeps a person from writing until then; None lifts it."""
    _sanction(actor, room_id, user_id, MUTE, until, reason, note)


def remove_member(actor: User, room_id: int, user_id: int, *, reason: str = "", note: str = "") -> None:
    """Kicks a person: open pages of theirs end at once. They may come back if the room lets them."""
    with locked(room_id) as log:
        member = _sanctioned(actor, log.room, user_id)
        before = {"role": member.role} if member.left_at is None else {}
        end(log, member)
        record(actor, Act.Verb.REMOVED, room=log.room, person=member.user, before=before, reason=reason, note=note)


def put(
    actor: User,
    holder: User | Membership,
    kind: Kind,
    until: datetime | None,
    reason: str,
    note: str,
    *,
    person: User,
    room: Room | None = None,
) -> None:
    """Writes a sanction, or its end, into the row that holds it, and records it when that changes anything."""
    reason = clean_line(reason, field="reason", limit=MAX_REASON) if until else ""
    before, was_told = getattr(holder, kind.until), getattr(holder, kind.reason)
    setattr(holder, kind.until, until)
    setattr(holder, kind.reason, reason)
    holder.save(update_fields=[kind.until, kind.reason])
    if (before, was_told) != (until, reason):
        verb = kind.set if until and until > timezone.now() else kind.lifted
        was, now = {kind.until: before}, {kind.until: until}
        record(actor, verb, room=room, person=person, before=was, after=now, reason=reason, note=note)


def _sanction(
    actor: User, room_id: int, user_id: int, kind: Kind, until: datetime | None, reason: str, note: str
) -> None:
    with locked(room_id) as log:
        member = _sanctioned(actor, log.room, user_id)
        put(actor, member, kind, until, reason, note, person=member.user, room=log.room)
        log.touch_access()


def _sanctioned(actor: User, room: Room, user_id: int) -> Membership:
    who = access.standing_in(actor, room)
    access.check_moderate(who)
    member = membership(room, user_id)
    access.check_sanction(who, Standing(member.user, room, member))
    return member
