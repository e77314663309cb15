"""Which sanctions hold, and how a person is told: why, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import FOR_GOOD, Membership, User


class Told(NamedTuple):
    """A sanction that holds: until when, and the sentence for the person."""

    until: datetime
    sentence: str


def ban_everywhere(user: User) -> str | None:
    """What somebody is told who is banned from the whole place; None when they are not."""
    if not (user.is_banned and user.banned_until):
        return None
    return _sentence(_("You are banned from here"), user.banned_until, user.ban_reason)


def ban_in_room(membership: Membership | None) -> str | None:
    """What somebody is told who is banned from the room."""
    if not (membership and membership.is_banned and membership.banned_until):
        return None
    return _sentence(_("You are banned from this room"), membership.banned_until, membership.ban_reason)


def mute(user: User, membership: Membership | None) -> Told | None:
    """The mute that keeps somebody from writing, the longer one of that in the room and that everywhere."""
    told = [_muted(holder) for holder in (membership, user) if holder and holder.is_muted]
    return max(told, default=None)


def _muted(holder: User | Membership) -> Told:
    assert holder.muted_until  # noqa: S101 - it is muted
    everywhere = isinstance(holder, User)
    beginning = _("You are muted everywhere") if everywhere else _("You are muted")
    return Told(holder.muted_until, _sentence(beginning, holder.muted_until, holder.mute_reason))


def _sentence(beginning: str, until: datetime, reason: str) -> str:
    if until < FOR_GOOD:
        clock = date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT")
        beginning = _("%(sanction)s until %(time)s") % {"sanction": beginning, "time": clock}
    return f"{beginning}: {reason}" if reason else f"{beginning}."
