"""Rooms: opening them, changing them."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .. import access, wire
from ..errors import Invalid
from ..models import Act, Membership, Room, User, new_epoch
from ..text import clean_line, clean_name
from .announcements import shown_in
from .audit import record
from .log import locked, notice

ROOM_FIELDS = frozenset(Room.SETTINGS)
RESERVED_SLUGS = {"new"}
"""Words that have a page of their own beside the rooms."""

_ACCESS_FIELDS = {"kind", "state", "guests", "allowed_transports", "hold_s"}
"""What an admission was given for, so every reader is admitted anew."""


def create_room(actor: User, *, name: str, topic: str = "", kind: str = "public", **fields: Any) -> Room:
    """A new room, owned by its maker."""
    access.check_open_room(actor)
    clean = _clean_room_fields({"name": name, "topic": topic, "kind": kind, **fields})
    _check(Room(**clean), set(clean))
    with transaction.atomic():
        room = _create_with_free_slug(created_by=actor, announcements=shown_in([None])[None], **clean)
        Membership.objects.create(room=room, user=actor, role=Membership.Role.OWNER)
        with locked(room.pk) as log:
            notice(log, actor, _("opened the room"))
            room = log.room
        record(actor, Act.Verb.ROOM_CREATED, room=room, after=clean)
    return room


def update_room(actor: User, room_id: int, **changes: Any) -> Room:
    """Changes fields of a room (`ROOM_FIELDS`); fields that stay the same change nothing."""
    clean = _clean_room_fields(changes)
    with locked(room_id) as log:
        access.check_moderate(access.standing_in(actor, log.room))
        changed = {field: value for field, value in clean.items() if getattr(log.room, field) != value}
        before = {field: getattr(log.room, field) for field in changed}
        for field, value in changed.items():
            setattr(log.room, field, value)
        _check(log.room, set(changed))
        if changed:
            log.touch_room()
            record(actor, Act.Verb.ROOM_CHANGED, room=log.room, before=before, after=changed)
        if _ACCESS_FIELDS & set(changed):
            log.touch_access()
        for sentence in _told(changed, log.room):
            notice(log, actor, sentence)
        return log.room


def renew_epoch(room_id: int) -> Room:
    """A new life of the log, after a restore: every client's cursor is answered with a reset."""
    with locked(room_id) as log:
        before, log.room.epoch = log.room.epoch, new_epoch()
        record(None, Act.Verb.EPOCH_RENEWED, room=log.room, before={"epoch": before}, after={"epoch": log.room.epoch})
        log.touch_access()
        return log.room


def _told(changed: dict[str, Any], room: Room) -> list[str]:
    told = []
    if "name" in changed:
        told.append(_("renamed the room to “%(name)s”") % {"name": room.name})
    if changed.get("state") == Room.State.READ_ONLY:
        told.append(_("made the room read-only"))
    if changed.get("state") == Room.State.ARCHIVED:
        told.append(_("archived the room"))
    if changed.get("state") == Room.State.OPEN:
        told.append(_("opened the room for messages"))
    return told


def _clean_room_fields(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - ROOM_FIELDS:
        raise Invalid(f"Not a field of a room: {', '.join(sorted(unknown))}.")
    clean = dict(fields)
    if "name" in clean:
        clean["name"] = clean_name(clean["name"], limit=60)
    if "topic" in clean:
        clean["topic"] = clean_line(clean["topic"], field="topic", limit=200)
    return clean


def _check(room: Room, changed: set[str]) -> None:
    """Choices and ranges as the model declares them, and a policy that leaves a way to read.

    What stays as it is was right when it was written: the site's own limits may have changed since.
    """
    others = {field.name for field in Room._meta.fields} - changed
    try:
        room.clean_fields(exclude=others)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Invalid(messages[0], field=field) from None
    allowed = room.allowed_transports
    if not isinstance(allowed, list) or not allowed or any(name not in wire.TRANSPORTS for name in allowed):
        raise Invalid(_("A room needs at least one transport."), field="allowed_transports")
    if room.default_transport not in room.allowed_transports:
        raise Invalid(_("The default transport must be one of those allowed."), field="default_transport")


def _create_with_free_slug(**fields: Any) -> Room:
    slug = slugify(fields["name"])[:50] or "room"
    if slug in RESERVED_SLUGS:
        slug = f"room-{slug}"
    try:
        with transaction.atomic():
            return Room.objects.create(slug=slug, **fields)
    except IntegrityError:
        return Room.objects.create(slug=f"{slug}-{secrets.token_hex(4)}", **fields)
