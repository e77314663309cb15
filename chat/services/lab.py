"""The room of the lab: one for each person who wants it, private, with every transport and short retention."""

from __future__ import annotations

import secrets

from ..errors import NotFound
from ..models import Membership, Room, User
from .posting import Send, post_messages
from .rooms import create_room

BURST = 200
"""Messages of one burst, all in one transaction."""

POLL_INTERVAL_MS = 500
"""The shortest that a room may have; the page asks less often where the visitor says so."""

HOLD_S = 55
"""The longest; a page asks for less."""

RETENTION_DAYS = 1


def lab_room(user: User) -> Room | None:
    """The person's own, or None while there is none that is as the lab needs it."""
    is_member = Membership.objects.filter(user=user, left_at=None).values("room")
    found = Room.objects.filter(
        pk__in=is_member,
        created_by=user,
        name=_name(user),
        kind=Room.Kind.PRIVATE,
        state=Room.State.OPEN,
        poll_interval_ms=POLL_INTERVAL_MS,
        hold_s=HOLD_S,
        slow_mode_s=0,
    )
    return next((room for room in found if set(room.allowed_transports) == set(Room.Transport.values)), None)


def open_lab(actor: User) -> Room:
    """The person's room of the lab, made when there is none; raises what `create_room` raises."""
    return lab_room(actor) or create_room(
        actor,
        name=_name(actor),
        kind=Room.Kind.PRIVATE,
        poll_interval_ms=POLL_INTERVAL_MS,
        hold_s=HOLD_S,
        retention_days=RETENTION_DAYS,
    )


def post_burst(actor: User) -> list[str]:
    """Posts a burst into the person's own room of the lab, and returns its keys; raises `NotFound` without one."""
    room = lab_room(actor)
    if room is None:
        raise NotFound("Open the lab first.")
    keys = [secrets.token_hex(8) for _ in range(BURST)]
    outcomes = post_messages([Send(actor, room.pk, key, f"burst {number + 1}") for number, key in enumerate(keys)])
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return keys


def _name(user: User) -> str:
    """Not their name, which they may change."""
    return f"Lab {user.pk}"
