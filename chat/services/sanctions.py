"""Sanctions of moderators: a ban, a mute, a kick."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access
from ..errors import Forbidden
from ..models import Act, Membership, Room, User
from .audit import record
from .log import locked
from .members import end, membership

Verbs = tuple[Act.Verb, Act.Verb]

_BAN: Verbs = (Act.Verb.BANNED, Act.Verb.UNBANNED)
_MUTE: Verbs = (Act.Verb.MUTED, Act.Verb.UNMUTED)


def ban(actor: User, room_id: int, user_id: int, until: datetime | None) -> None:
    """Keeps a person out of the room until then; None lifts the ban."""
    _sanction(actor, room_id, user_id, "banned_until", until, _BAN)


def mute(actor: User, room_id: int, user_id: int, until: datetime | None) -> None:
    """Keeps a person from writing until then; None lifts it."""
    _sanction(actor, room_id, user_id, "muted_until", until, _MUTE)


def remove_member(actor: User, room_id: int, user_id: int) -> None:
    """Kicks a person: open pages of theirs end at once. They may come back if the room lets them."""
    with locked(room_id) as log:
        member = _sanctioned(actor, log.room, user_id)
        before = {"role": member.role} if member.left_at is None else {}
        end(log, member)
        record(actor, Act.Verb.REMOVED, room=log.room, person=member.user, before=before)


def _sanction(actor: User, room_id: int, user_id: int, field: str, until: datetime | None, verbs: Verbs) -> None:
    with locked(room_id) as log:
        member = _sanctioned(actor, log.room, user_id)
        before = getattr(member, field)
        setattr(member, field, until)
        member.save(update_fields=[field])
        log.touch_access()
        if before != until:
            verb = verbs[0] if until and until > timezone.now() else verbs[1]
            record(actor, verb, room=log.room, person=member.user, before={field: before}, after={field: until})


def _sanctioned(actor: User, room: Room, user_id: int) -> Membership:
    who = access.standing_in(actor, room)
    access.check_moderate(who)
    member = membership(room, user_id)
    if member.role == Membership.Role.OWNER and not access.is_site_moderator(actor):
        raise Forbidden(_("Owners cannot be sanctioned."))
    return member
