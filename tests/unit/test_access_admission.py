"""Admission to a room over a transport, and its repetition: part of `access`."""

import pytest

from chat import access, services
from chat.errors import Forbidden, NotAuthenticated, NotFound, TransportNotAllowed
from chat.models import Room, User
from chat.wire import Transport
from tests.unit.saying import in_an_hour
from tests.unit.signed_in import session_of, session_store

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_reader_is_admitted_over_the_transports_of_the_room(ada: User, bo: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, allowed_transports=["poll"], default_transport="poll")
    reader, who = access.admit(bo, "session", lobby.slug, "poll")
    assert (reader.user_id, reader.room_id, reader.access_version) == (bo.pk, lobby.pk, who.room.access_version)
    others: tuple[Transport, ...] = ("websocket", "longpoll")
    for transport in others:
        with pytest.raises(TransportNotAllowed) as refusal:
            access.admit(bo, "session", lobby.slug, transport)
        assert (refusal.value.code, refusal.value.close) == ("transport_not_allowed", 4410)


def test_a_new_admission_knows_the_last_change_of_access(ada: User, bo: User, lobby: Room) -> None:
    reader, _who = access.admit(bo, session_of(bo), lobby.slug, "poll")
    services.mute(ada, lobby.pk, bo.pk, in_an_hour())
    again = access.readmit(reader)
    assert again.access_version == Room.objects.get(pk=lobby.pk).access_version > reader.access_version


def test_a_new_admission_refuses_who_was_banned(ada: User, bo: User, lobby: Room) -> None:
    reader, _who = access.admit(bo, session_of(bo), lobby.slug, "poll")
    services.ban(ada, lobby.pk, bo.pk, in_an_hour())
    with pytest.raises(Forbidden):
        access.readmit(reader)


def test_a_new_admission_refuses_who_was_removed_from_a_private_room(ada: User, bo: User, den: Room) -> None:
    reader, _who = access.admit(bo, session_of(bo), den.slug, "poll")
    services.remove_member(ada, den.pk, bo.pk)
    with pytest.raises(NotFound):
        access.readmit(reader)


def test_a_new_admission_refuses_who_signed_out(bo: User, lobby: Room) -> None:
    key = session_of(bo)
    reader, _who = access.admit(bo, key, lobby.slug, "poll")
    session_store(key).delete()
    with pytest.raises(NotAuthenticated):
        access.readmit(reader)


def test_a_new_admission_refuses_a_transport_that_is_allowed_no_more(ada: User, bo: User, lobby: Room) -> None:
    reader, _who = access.admit(bo, session_of(bo), lobby.slug, "poll")
    services.update_room(ada, lobby.pk, allowed_transports=["websocket"])
    with pytest.raises(TransportNotAllowed):
        access.readmit(reader)


def test_another_room_at_the_same_address_is_not_the_room_that_was_read(ada: User, bo: User, lobby: Room) -> None:
    reader, _who = access.admit(bo, session_of(bo), lobby.slug, "poll")
    Room.objects.filter(pk=lobby.pk).update(slug="elsewhere")
    services.create_room(ada, name="Lobby")
    with pytest.raises(NotFound):
        access.readmit(reader)
