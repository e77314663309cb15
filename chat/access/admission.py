"""Readers: who is admitted to a room over a transport, and admitted anew when something has changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import wire
from ..errors import NotAuthenticated, NotFound, TransportNotAllowed
from ..models import Room, User
from .standings import Standing, standing, you


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody admitted to a room over one transport; holds no row, so it may wait for hours.

    `epoch` and `access_version`: the room's at admission. When it has newer ones, admission must be repeated.
    `you`: what the admission found.
    """

    user_id: int
    session_key: str
    room_id: int
    slug: str
    transport: wire.Transport
    epoch: str
    access_version: int
    hold_s: int
    poll_interval_ms: int
    you: wire.You

    @property
    def by_office(self) -> bool:
        """Whether a permission, and no membership, makes them a moderator: nothing in the room's log tells its end."""
        return self.you.may_moderate and self.you.role not in ("owner", "moderator")


def check_transport(room: Room, transport: wire.Transport) -> None:
    """Raises `TransportNotAllowed` when the room's policy forbids it."""
    if transport not in room.allowed_transports:
        raise TransportNotAllowed(_("This room does not allow this way of connecting."))


def admit(user: User, session_key: str, slug: str, transport: wire.Transport) -> tuple[Reader, Standing]:
    """Lets a person follow a room over a transport; raises what `standing` and `check_transport` raise."""
    who = standing(user, slug)
    return reader(who, session_key, transport), who


def reader(who: Standing, session_key: str, transport: wire.Transport) -> Reader:
    """Somebody who may read, as a reader over a transport; raises `TransportNotAllowed`."""
    check_transport(who.room, transport)
    return Reader(
        user_id=who.user.pk,
        session_key=session_key,
        room_id=who.room.pk,
        slug=who.room.slug,
        transport=transport,
        epoch=who.room.epoch,
        access_version=who.room.access_version,
        hold_s=who.room.hold_s,
        poll_interval_ms=who.room.poll_interval_ms,
        you=you(who),
    )


def readmit(reader: Reader) -> Reader:
    """Repeats the admission from the session on, after something about access has changed."""
    fresh, _who = admit(session_user(reader.session_key), reader.session_key, reader.slug, reader.transport)
    if fresh.room_id != reader.room_id:
        raise NotFound(_("There is no such room."))
    return replace(fresh, user_id=reader.user_id)


def session_user(session_key: str) -> User:
    """The person behind a session; raises `NotAuthenticated` when it has ended.

    Django's own `get_user` decides, so that rotated keys and changed passwords mean the same for all transports.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request = HttpRequest()
    request.session = cast(SessionBase, store(session_key))
    user = get_user(request)
    if not isinstance(user, User):
        raise NotAuthenticated(_("Sign in first."))
    return user
