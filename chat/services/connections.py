"""What staff do to connections, which are in the memory of a process: all that is written is the record."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.utils.translation import gettext as _

from .. import access, fanout
from ..errors import Invalid, NotFound
from ..models import MAX_REASON, Act, Room, User
from ..text import clean_line
from .audit import Fields, record
from .staff import check_staff


class Place(NamedTuple):
    """A connection, as the census found it: `process` and `number` name it, the rest is for the record."""

    process: str
    number: int
    room_id: int
    user_id: int
    transport: str


def end_connection(actor: User, place: Place, *, reason: str = "", note: str = "") -> None:
    """Sends a page away, to come back by itself with its cursor. Needs `chat.end_connection`."""
    check_staff(actor, "chat.end_connection")
    with transaction.atomic():
        room, user = _found(place)
        before = {"transport": place.transport}
        record(actor, Act.Verb.CONNECTION_ENDED, room=room, person=user, before=before, reason=reason, note=note)
        _tell(fanout.Ended(place.process, place.number))


def ask_to_switch(actor: User, place: Place, to: str, *, reason: str = "", note: str = "") -> None:
    """Asks a page to take another transport, and tells it why; raises `TransportNotAllowed`.

    Needs `chat.ask_to_switch`. Whether the page does it is its own affair.
    """
    check_staff(actor, "chat.ask_to_switch")
    reason = clean_line(reason, field="reason", limit=MAX_REASON)
    if to == place.transport:
        raise Invalid(_("This page is on that transport already."))
    with transaction.atomic():
        room, user = _found(place)
        access.check_transport(room, cast(Any, to))
        was: Fields = {"transport": place.transport}
        now: Fields = {"transport": to}
        record(actor, Act.Verb.SWITCH_ASKED, room=room, person=user, before=was, after=now, reason=reason, note=note)
        _tell(fanout.SwitchAsked(place.process, place.number, to, reason))


def _found(place: Place) -> tuple[Room, User]:
    room, user = Room.objects.filter(pk=place.room_id).first(), User.objects.filter(pk=place.user_id).first()
    if room is None or user is None:
        raise NotFound(_("This connection is gone."))
    return room, user


def _tell(event: fanout.Event) -> None:
    transaction.on_commit(partial(fanout.publish, event), robust=True)
