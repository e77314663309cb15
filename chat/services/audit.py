"""The record of acts, written in one place: by each service, in the transaction of what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from ..models import Act, Room, User

Fields = Mapping[str, Any]


def record(
    actor: User | None,
    verb: Act.Verb,
    *,
    room: Room | None = None,
    person: User | None = None,
    seq: int | None = None,
    before: Fields | None = None,
    after: Fields | None = None,
    reason: str = "",
    note: str = "",
) -> None:
    """Adds an act to the record. `actor`: None for the system, such as a nightly command.

    `before`, `after`: the fields that changed; no secrets, and no text of messages.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An act is recorded in the transaction of what was done.")
    Act.objects.create(
        verb=verb,
        actor=actor,
        actor_name=actor.username if actor else "",
        person=person,
        person_name=person.username if person else "",
        room=room,
        room_name=room.name if room else "",
        seq=seq,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
        note=note,
    )
