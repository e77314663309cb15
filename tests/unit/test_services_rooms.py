"""Opening rooms and changing them."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from chat import fanout, history, services, wire
from chat.errors import ChatError, Forbidden, Invalid, NotFound
from chat.models import Membership, Message, Room, User
from tests.unit.conftest import Committed
from tests.unit.saying import Attempt, say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_who_opens_a_room_owns_it(ada: User) -> None:
    room = services.create_room(ada, name="Lobby", topic="Say hello")
    assert (room.slug, room.name, room.topic, room.kind, room.state) == (
        "lobby",
        "Lobby",
        "Say hello",
        "public",
        "open",
    )
    assert Membership.objects.get(room=room, user=ada).role == "owner"
    assert Message.objects.get(room=room).to_wire().kind == "system"


def test_guests_open_no_rooms(gus: User) -> None:
    with pytest.raises(Forbidden):
        services.create_room(gus, name="Mine")


def test_rooms_of_one_name_have_addresses_of_their_own(ada: User) -> None:
    slugs = [services.create_room(ada, name="Lobby").slug for _ in range(3)]
    assert slugs[0] == "lobby" and len(set(slugs)) == 3


@pytest.mark.parametrize("name", ["Новости", "🎉", "?", "x" * 60, "New"])
def test_every_name_gives_an_address(name: str, ada: User) -> None:
    room = services.create_room(ada, name=name)
    assert room.name == name
    assert room.get_absolute_url() != "/rooms/new/"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"topic": "x" * 201}, "topic"),
        ({"topic": "a\u202eb"}, "topic"),
        ({"kind": "weird"}, "kind"),
        ({"state": "x" * 30}, "state"),
        ({"guests": "all"}, "guests"),
        ({"default_transport": "pigeon"}, "default_transport"),
        ({"allowed_transports": []}, "allowed_transports"),
        ({"allowed_transports": ["pigeon"]}, "allowed_transports"),
        ({"allowed_transports": "websocket"}, "allowed_transports"),
        ({"allowed_transports": [["poll"]]}, "allowed_transports"),
        ({"allowed_transports": ["poll"]}, "default_transport"),
        ({"poll_interval_ms": 1}, "poll_interval_ms"),
        ({"hold_s": 10**9}, "hold_s"),
        ({"slow_mode_s": -1}, "slow_mode_s"),
        ({"max_length": 4001}, "max_length"),
        ({"retention_days": -1}, "retention_days"),
        ({"last_seq": 5}, None),
        ({"slug": "other"}, None),
    ],
    ids=str,
)
def test_a_room_takes_no_value_that_pages_cannot_use(
    fields: dict[str, Any], field: str | None, ada: User, lobby: Room
) -> None:
    before = Room.objects.get(pk=lobby.pk).to_wire()
    attempts: list[Attempt] = [
        lambda: services.create_room(ada, **{"name": "Odd", **fields}),
        lambda: services.update_room(ada, lobby.pk, **fields),
    ]
    for attempt in attempts:
        with pytest.raises(ChatError) as refusal:
            attempt()
        assert refusal.value.code in ("invalid", "too_long")
        assert refusal.value.field == field
    assert Room.objects.get(pk=lobby.pk).to_wire() == before


def test_a_change_of_the_room_takes_a_number_and_is_told(ada: User, lobby: Room, committed: Committed) -> None:
    with committed() as told:
        services.update_room(ada, lobby.pk, topic="Another")
    fresh = Room.objects.get(pk=lobby.pk)
    assert (fresh.topic, fresh.version, fresh.last_seq) == ("Another", lobby.last_seq + 1, lobby.last_seq + 1)
    assert isinstance(told[0], fanout.Changed) and told[0].changes == [fresh.to_change()]


def test_a_room_with_a_limit_that_the_site_has_lowered_can_be_changed(
    ada: User, lobby: Room, settings: Settings
) -> None:
    services.update_room(ada, lobby.pk, max_length=500)
    settings.CHAT_MAX_BODY = 300
    room = services.update_room(ada, lobby.pk, topic="Shorter")
    assert (room.topic, room.to_wire().max_length) == ("Shorter", 300)
    with pytest.raises(Invalid):
        services.update_room(ada, lobby.pk, max_length=400)


def test_fields_that_stay_the_same_change_nothing(ada: User, lobby: Room, committed: Committed) -> None:
    with committed() as told:
        services.update_room(ada, lobby.pk, name=lobby.name, topic=lobby.topic, hold_s=lobby.hold_s)
    assert told == []
    assert Room.objects.get(pk=lobby.pk).last_seq == lobby.last_seq


@pytest.mark.parametrize(
    "change",
    [{"kind": "private"}, {"state": "read_only"}, {"guests": "none"}, {"allowed_transports": ["websocket"]}],
    ids=str,
)
def test_a_change_of_who_may_read_admits_every_reader_anew(change: dict[str, Any], ada: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, **change)
    assert Room.objects.get(pk=lobby.pk).access_version > lobby.access_version


def test_a_change_of_looks_does_not(ada: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, name="Foyer", topic="x", poll_interval_ms=3000, slow_mode_s=5)
    assert Room.objects.get(pk=lobby.pk).access_version == lobby.access_version


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Foyer"}, "renamed the room to “Foyer”"),
        ({"state": "read_only"}, "made the room read-only"),
        ({"state": "archived"}, "archived the room"),
        ({"topic": "quiet"}, None),
    ],
)
def test_what_everybody_should_know_stands_in_the_log(
    change: dict[str, Any], said: str | None, ada: User, lobby: Room
) -> None:
    services.update_room(ada, lobby.pk, **change)
    notices = Message.objects.filter(room=lobby, seq__gt=lobby.last_seq).values_list("body", flat=True)
    assert list(notices) == ([said] if said else [])


@pytest.mark.parametrize("name", ["ada", "mo", "sam"])
def test_owners_moderators_and_staff_change_a_room(name: str, lobby: Room, request: pytest.FixtureRequest) -> None:
    assert services.update_room(request.getfixturevalue(name), lobby.pk, topic="x").topic == "x"


@pytest.mark.parametrize("name", ["bo", "cleo", "gus"])
def test_others_do_not(name: str, lobby: Room, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Forbidden):
        services.update_room(request.getfixturevalue(name), lobby.pk, topic="x")


def test_an_outsider_does_not_learn_of_a_private_room_by_changing_it(cleo: User, den: Room) -> None:
    with pytest.raises(NotFound):
        services.update_room(cleo, den.pk, topic="x")


def test_a_room_that_does_not_exist_is_not_changed(ada: User) -> None:
    with pytest.raises(NotFound):
        services.update_room(ada, 10**6, topic="x")


def test_a_new_epoch_makes_every_cursor_start_over(ada: User, bo: User, lobby: Room, committed: Committed) -> None:
    say(bo, lobby)
    with committed() as told:
        fresh = services.renew_epoch(lobby.pk)
    assert fresh.epoch != lobby.epoch
    assert isinstance(told[0], fanout.Changed) and told[0].epoch == fresh.epoch
    part = history.after(lobby.pk, lobby.epoch, lobby.last_seq, 10)
    assert part.reset and [change.seq for change in part.changes if change.seq > wire.ROOM]


def test_a_new_room_needs_a_name(ada: User) -> None:
    with pytest.raises(Invalid):
        services.create_room(ada, name=" \n ")
    assert not Room.objects.exists()
