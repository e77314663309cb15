"""Sanctions of staff that hold in the whole place: a ban, a mute, the end of all sessions."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ..errors import Forbidden, NotFound
from ..models import Act, Membership, User
from .audit import record
from .log import locked
from .sanctions import BAN, MUTE, Kind, put
from .staff import check_staff


def ban_everywhere(actor: User, user_id: int, until: datetime | None, *, reason: str = "", note: str = "") -> None:
    """Keeps a person out of every room until then; None lifts the ban. Needs `chat.ban_user`.

    `reason`: shown to the person; `note`: for the record of acts alone.
    """
    _sanction(actor, user_id, BAN, "chat.ban_user", until, reason, note)


def mute_everywhere(actor: User, user_id: int, until: datetime | None, *, reason: str = "", note: str = "") -> None:
    """Keeps a person from writing in any room until then; None lifts it. Needs `chat.mute_user`."""
    _sanction(actor, user_id, MUTE, "chat.mute_user", until, reason, note)


def end_sessions(actor: User, user_id: int, *, reason: str = "", note: str = "") -> None:
    """Logs a person out of every browser; who has a password may come back. Needs `chat.end_sessions`."""
    with transaction.atomic():
        user = _found(actor, user_id, "chat.end_sessions")
        user.session_round = F("session_round") + 1
        user.save(update_fields=["session_round"])
        record(actor, Act.Verb.SESSIONS_ENDED, person=user, reason=reason, note=note)


def _sanction(
    actor: User, user_id: int, kind: Kind, permission: str, until: datetime | None, reason: str, note: str
) -> None:
    with transaction.atomic():
        user = _found(actor, user_id, permission)
        if user.pk == actor.pk:
            raise Forbidden(_("This is your own account."))
        put(actor, user, kind, until, reason, note, person=user)
    _tell_rooms(user_id)


def _found(actor: User, user_id: int, permission: str) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    check_staff(actor, permission, user)
    if user is None:
        raise NotFound(_("There is no such person."))
    return user


def _tell_rooms(user_id: int) -> None:
    """Takes a number in each room of the person, each under its own lock, so that open pages are told where they stand.

    That the person was changed has been told already, and holds also in rooms that they only visit.
    """
    rooms = Membership.objects.filter(user=user_id, left_at=None).order_by("room_id").values_list("room_id", flat=True)
    for room_id in rooms:
        with suppress(NotFound), locked(room_id) as log:
            log.touch_access()
