"""What the operator does for the lab besides the commands of the tests: sanctions, whole logs, a restored database."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat import services
from chat.models import Membership, Message, Room, User

LONG = timedelta(days=3650)
"""A ban outlasts every step of a clock."""


def make_rooms(kinds: list[str], people: list[int]) -> list[dict[str, Any]]:
    """One room of each kind, owned by the first of these people; all are members: {"id", "slug", "epoch"}."""
    return [_make_room(kind, people) for kind in kinds]


def _make_room(kind: str, people: list[int]) -> dict[str, Any]:
    owner = User.objects.get(pk=people[0])
    room = services.create_room(owner, name=f"lab {secrets.token_hex(4)}", kind=kind, hold_s=25)
    members = [Membership(room=room, user_id=person) for person in people[1:]]
    Membership.objects.bulk_create(members)
    return {"id": room.pk, "slug": room.slug, "epoch": room.epoch}


def sanction(room: int, actor: int, user: int, action: str) -> dict[str, Any]:
    """`ban`, `unban`, `kick` or `add` somebody: {"epoch", "number"} of the change in the log."""
    moderator = User.objects.get(pk=actor)
    with transaction.atomic():
        match action:
            case "ban" | "unban":
                services.ban(moderator, room, user, timezone.now() + LONG if action == "ban" else None)
            case "kick":
                services.remove_member(moderator, room, user)
            case _:
                services.set_role(moderator, room, user, Membership.Role.MEMBER)
        # The service holds the room's lock until this transaction ends.
        return _numbers(Room.objects.get(pk=room))


def _numbers(room: Room) -> dict[str, Any]:
    return {"epoch": room.epoch, "number": room.access_version}


def dump(room: int) -> dict[str, Any]:
    """A room's log in this life: {"epoch", "last", "states"}; a state: [seq, version, author, key, body, deleted]."""
    with transaction.atomic():
        return _dump(Room.objects.select_for_update().get(pk=room))


def _dump(room: Room) -> dict[str, Any]:
    found = Message.objects.filter(room=room).order_by("seq").prefetch_related("revisions")
    states = [state for message in found for state in _states(message)]
    return {"epoch": room.epoch, "last": room.last_seq, "states": states}


def _states(message: Message) -> list[list[Any]]:
    """Every state of a message: a revision keeps what was said before the change `version`."""
    past = sorted(message.revisions.all(), key=lambda revision: revision.version)
    versions = [message.seq, *(revision.version for revision in past)]
    bodies = [*(revision.body for revision in past), message.body]
    deleted = bool(message.deleted_at)
    return [
        [message.seq, version, message.author_id, message.key, body, deleted and version == versions[-1]]
        for version, body in zip(versions, bodies, strict=True)
    ]


def restore(room: int, back: int) -> dict[str, Any]:
    """Put a room's log back by `back` numbers, as a backup would, and give it a new epoch, at one stroke.

    {"log": the whole log before, "removed": [[author, key], …], "point": where the backup was made, "epoch", "number"}.
    """
    with transaction.atomic():
        locked = Room.objects.select_for_update().get(pk=room)
        log = _dump(locked)
        point = max(locked.version, locked.last_seq - back)
        newer = Message.objects.filter(room=room, seq__gt=point)
        removed = [list(pair) for pair in newer.values_list("author_id", "key")]
        newer.delete()
        for message in Message.objects.filter(room=room, version__gt=point).order_by("seq"):
            _rewind(message, point)
        Room.objects.filter(pk=room).update(last_seq=point)
        fresh = _numbers(services.renew_epoch(room))
        return {"log": log, "removed": removed, "point": point, **fresh}


def _rewind(message: Message, point: int) -> None:
    """The state that a message had at a number."""
    later = message.revisions.filter(version__gt=point).order_by("version")
    message.body = later[0].body
    message.deleted_at = None
    later.delete()
    kept = message.revisions.order_by("-version").first()
    message.version = kept.version if kept else message.seq
    message.edited_at = kept.created_at if kept else None
    message.save()


COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (make_rooms, sanction, dump, restore)
}
