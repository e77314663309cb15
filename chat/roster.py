"""The people of a room, as somebody in it may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

from django.db.models import Q, QuerySet
from django.utils import timezone

from . import access, wire
from .access import Standing
from .errors import NotFound
from .models import FOR_GOOD, Membership
from .text import clean_line, fold

MAX_WORDS = 60

Shown = Literal["members", "banned"]


def page(who: Standing, shown: Shown, words: str, after: int, limit: int) -> dict[str, Any]:
    """The people after one of them: those with a role first, then by name; `count` of them all with the first page.

    `words`: a part of the name; `after`: a person's id, 0 from the beginning. Moderators alone see who is banned.
    """
    people = _people(who, shown)
    if words := fold(clean_line(words, field="find", limit=MAX_WORDS)):
        people = people.filter(user__folded_name__contains=words)
    rows = list(_after(people, who, after)[: limit + 1])
    found: dict[str, Any] = {"members": [_told(who, row) for row in rows[:limit]], "more": len(rows) > limit}
    return found if after else {**found, "count": people.count()}


def count(who: Standing) -> int:
    """How many members the room has."""
    return _people(who, "members").count()


def one(who: Standing, user_id: int) -> wire.Member:
    """A person who is or was in the room; raises `NotFound`."""
    row = Membership.objects.select_related("user").filter(room=who.room, user__id=user_id).first()
    if row is None:
        raise NotFound("There is no such person in this room.")
    return _told(who, row)


def _people(who: Standing, shown: Shown) -> QuerySet[Membership]:
    everybody = Membership.objects.filter(room=who.room).select_related("user")
    if shown == "members":
        return everybody.filter(left_at=None)
    access.check_moderate(who)
    return everybody.filter(banned_until__gt=timezone.now())


def _after(people: QuerySet[Membership], who: Standing, after: int) -> QuerySet[Membership]:
    people = people.order_by("-role", "user__folded_name")  # owner, moderator, member: the alphabet has it backwards
    if not after:
        return people
    last = Membership.objects.select_related("user").filter(room=who.room, user__id=after).first()
    if last is None:
        raise NotFound("There is no such person in this room.")
    later = Q(role=last.role, user__folded_name__gt=last.user.folded_name)
    return people.filter(later | Q(role__lt=last.role))


def _told(who: Standing, row: Membership) -> wire.Member:
    other = Standing(row.user, who.room, row)
    return wire.Member(
        id=row.user.pk,
        name=row.user.username,
        guest=row.user.is_guest,
        role=cast(Any, row.role) if other.member else None,
        muted=_sanction(row.muted_until, row.mute_reason) if who.moderates and row.is_muted else None,
        banned=_sanction(row.banned_until, row.ban_reason) if who.moderates and row.is_banned else None,
        may=access.deeds(who, other),
    )


def _sanction(until: datetime | None, reason: str) -> wire.Sanction:
    return wire.Sanction(None if until and until >= FOR_GOOD else until, reason)
