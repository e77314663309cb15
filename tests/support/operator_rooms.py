"""Commands of the operator about people, rooms and access. Times come as seconds from now."""

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, cast
from unittest import mock

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from chat import fanout, history, services, wire
from chat.models import Announcement, Deletion, Membership, Message, Room, User

SessionStore: Any = import_module(settings.SESSION_ENGINE).SessionStore


def make_person(name: str = "", guest: bool = False) -> dict[str, Any]:
    """A person with an open session: {"id", "name", "session"}."""
    name = name or f"p-{secrets.token_hex(6)}"
    user = services.enter_as_guest(name) if guest else User.objects.create(username=name, password="!")
    return {"id": user.pk, "name": user.username, "session": log_in(user.pk)}


def make_crowd(count: int) -> list[dict[str, Any]]:
    """Many people at once, each with an open session."""
    tag = secrets.token_hex(4)
    names = [f"{tag}-{number}" for number in range(count)]
    with transaction.atomic():
        crowd = User.objects.bulk_create([User(username=name, folded_name=name, password="!") for name in names])
        return [{"id": user.pk, "name": user.username, "session": log_in(user.pk)} for user in crowd]


def log_in(user: int) -> str:
    """A new session of a person; returns its key, which is the value of the cookie."""
    person = User.objects.get(pk=user)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def deactivate(user: int) -> None:
    """The way of the admin: the field, then save()."""
    person = User.objects.get(pk=user)
    person.is_active = False
    person.save()


def change_password(user: int) -> None:
    """The way of the account page and the admin: another password, then save()."""
    person = User.objects.get(pk=user)
    person.set_unusable_password()  # another hash, without the time that hashing takes
    person.save()


def make_room(owner: int, members: list[int] | None = None, **fields: Any) -> dict[str, Any]:
    """A room with its members, untold since nobody reads yet: {"id", "slug", "epoch", "last_seq"}."""
    fields.setdefault("name", f"r-{secrets.token_hex(6)}")
    person = User.objects.get(pk=owner)
    with mock.patch.object(fanout, "publish"), transaction.atomic():
        room = services.create_room(person, **fields)
        for member in members or ():
            services.set_role(person, room.pk, member, Membership.Role.MEMBER)
    return {"id": room.pk, "slug": room.slug, **position(room.pk)}


def update_room(actor: int, room: int, **changes: Any) -> None:
    services.update_room(User.objects.get(pk=actor), room, **changes)


def act(action: str, actor: int, room: int, **arguments: Any) -> Any:
    """A service of the form (actor, room, …): join_room, ban, edit_message, …; `until` in seconds from now."""
    if "until" in arguments:
        arguments["until"] = timezone.now() + timedelta(seconds=arguments["until"])
    return shown(getattr(services, action)(User.objects.get(pk=actor), room, **arguments))


def announce_everywhere(text: str) -> int:
    """By somebody of the staff, for 20 s at most; its id."""
    made = services.announce(_warden(), None, text, until=timezone.now() + timedelta(seconds=20))
    return made.pk


def end_announcement(announcement: int) -> None:
    """By the same."""
    services.end_announcement(_warden(), announcement)


def sanction_everywhere(action: str, user: int, **arguments: Any) -> None:
    """A service of staff on a person: ban_everywhere, mute_everywhere, end_sessions; `until` in seconds from now."""
    if "until" in arguments:
        arguments["until"] = timezone.now() + timedelta(seconds=arguments["until"])
    getattr(services, action)(_warden(), user, **arguments)


def _warden() -> User:
    """Somebody of the staff who may do everything."""
    rights = {"is_staff": True, "is_superuser": True, "password": "!"}
    warden, _new = User.objects.get_or_create(username="Warden", defaults=rights)
    return warden


def latest_deletion(person: int) -> int:
    """The key of the last deletion of all messages of a person."""
    return int(Deletion.objects.filter(person=person).latest("pk").pk)


def renew_epoch(room: int) -> None:
    services.renew_epoch(room)


def position(room: int) -> dict[str, Any]:
    """Where the room's log stands: {"epoch", "last_seq", "version"}."""
    return dict(Room.objects.values("epoch", "last_seq", "version").get(pk=room))


def stored(room: int) -> list[dict[str, Any]]:
    """Every message of a room as it is in the database, by place."""
    rows = Message.objects.filter(room_id=room).select_related("author").order_by("seq")
    return [shown(row) for row in rows]


def read_after(room: int, epoch: str | None, number: int, limit: int = 200) -> dict[str, Any]:
    """The batch after a cursor, through `history`, as it would stand on the wire."""
    return cast(dict[str, Any], json.loads(wire.batch(history.after(room, epoch, number, limit)).data))


def read_before(room: int, seq: int, limit: int = 200) -> dict[str, Any]:
    """The messages before a place, through `history`: {"messages", "more"}."""
    messages, more = history.before(room, seq, limit)
    return {"messages": json.loads(wire.encode(messages)), "more": more}


def shown(value: Any) -> Any:
    """A plain value for the answer: messages in their shape on the wire."""
    if isinstance(value, tuple | list):
        return [shown(part) for part in value]
    if isinstance(value, Message):
        return json.loads(wire.encode(value.to_wire()))
    if isinstance(value, bool | int | str | None):
        return value
    if isinstance(value, Announcement):
        return value.pk
    return json.loads(wire.encode(value)) if hasattr(value, "__struct_fields__") else str(value)


COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        make_person,
        make_crowd,
        log_in,
        deactivate,
        change_password,
        make_room,
        update_room,
        act,
        announce_everywhere,
        end_announcement,
        sanction_everywhere,
        latest_deletion,
        renew_epoch,
        position,
        stored,
        read_after,
        read_before,
    )
}
