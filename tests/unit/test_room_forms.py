"""Opening a room and its settings: part of `room_pages`."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chat.models import Room, User
from tests.unit.conftest import SignIn

pytestmark = pytest.mark.django_db

SETTINGS: dict[str, Any] = {
    "name": "Lobby",
    "topic": "Say hello",
    "kind": "public",
    "state": "open",
    "guests": "write",
    "allowed_transports": ["poll", "websocket"],
    "default_transport": "poll",
    "poll_interval_ms": "4000",
    "hold_s": "20",
    "slow_mode_s": "5",
    "max_length": "200",
    "retention_days": "30",
}


@pytest.fixture
def adas_browser(ada: User, lobby: Room, sign_in: SignIn) -> Client:
    return sign_in(ada)


def test_a_new_room_is_open_at_once(adas_browser: Client) -> None:
    response = adas_browser.post("/rooms/new/", {"name": "Garden", "topic": "Green", "kind": "private"})
    assert response["Location"] == "/rooms/garden/"
    room = Room.objects.get(slug="garden")
    assert (room.name, room.topic, room.kind) == ("Garden", "Green", "private")


def test_guests_open_no_rooms(gus: User, sign_in: SignIn) -> None:
    browser = sign_in(gus)
    assert browser.get("/rooms/new/").status_code == 403
    assert browser.post("/rooms/new/", {"name": "Mine", "kind": "public"}).status_code == 403
    assert not Room.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"topic": "a\u202eb"}, "topic"),
        ({"kind": "secret"}, "kind"),
        ({"kind": ""}, "kind"),
    ],
    ids=str,
)
def test_a_bad_room_is_refused_at_its_field(fields: dict[str, str], field: str, adas_browser: Client) -> None:
    response = adas_browser.post("/rooms/new/", {"name": "Garden", "topic": "", "kind": "public", **fields})
    assert response.status_code == 200 and field in response.context["form"].errors
    assert Room.objects.count() == 1


def test_a_room_named_like_the_page_for_new_rooms_has_its_own(adas_browser: Client) -> None:
    response = adas_browser.post("/rooms/new/", {"name": "New", "kind": "public"}, follow=True)
    assert response.context["room"].name == "New"


def test_settings_are_kept_with_the_transports_in_order(adas_browser: Client, lobby: Room) -> None:
    assert adas_browser.post("/rooms/lobby/settings/", SETTINGS)["Location"] == "/rooms/lobby/"
    room = Room.objects.get(pk=lobby.pk)
    assert room.allowed_transports == ["websocket", "poll"]
    assert (room.default_transport, room.poll_interval_ms, room.hold_s, room.slow_mode_s) == ("poll", 4000, 20, 5)
    assert (room.max_length, room.retention_days) == (200, 30)


def test_the_form_shows_what_is_set(adas_browser: Client, lobby: Room) -> None:
    form = adas_browser.get("/rooms/lobby/settings/").context["form"]
    assert form["allowed_transports"].value() == lobby.allowed_transports
    assert form["name"].value() == "Lobby"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"state": "gone"}, "state"),
        ({"guests": ""}, "guests"),
        ({"allowed_transports": []}, "allowed_transports"),
        ({"allowed_transports": ["pigeon"]}, "allowed_transports"),
        ({"allowed_transports": ["websocket"]}, "default_transport"),
        ({"poll_interval_ms": "1"}, "poll_interval_ms"),
        ({"poll_interval_ms": "9" * 5000}, "poll_interval_ms"),
        ({"hold_s": "56"}, "hold_s"),
        ({"hold_s": "1e1"}, "hold_s"),
        ({"slow_mode_s": "-1"}, "slow_mode_s"),
        ({"max_length": "4001"}, "max_length"),
        ({"retention_days": "3651"}, "retention_days"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_settings_are_refused_at_their_field(
    fields: dict[str, Any], field: str, adas_browser: Client, lobby: Room
) -> None:
    response = adas_browser.post("/rooms/lobby/settings/", {**SETTINGS, **fields})
    assert response.status_code == 200 and field in response.context["form"].errors
    assert Room.objects.get(pk=lobby.pk).to_wire() == lobby.to_wire()


@pytest.mark.parametrize(("name", "status"), [("ada", 302), ("mo", 302), ("sam", 302), ("bo", 403), ("cleo", 403)])
def test_owners_moderators_and_staff_change_settings_and_others_do_not(
    name: str, status: int, lobby: Room, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    browser = sign_in(request.getfixturevalue(name))
    assert browser.post("/rooms/lobby/settings/", {**SETTINGS, "name": "Foyer"}).status_code == status
    assert Room.objects.get(pk=lobby.pk).name == ("Foyer" if status == 302 else "Lobby")
    assert browser.get("/rooms/lobby/settings/").status_code == (200 if status == 302 else 403)


def test_numbers_of_the_log_are_no_settings(adas_browser: Client, lobby: Room) -> None:
    forged = {"last_seq": "0", "epoch": "forged", "slug": "forged", "created_by": "1", "access_version": "0"}
    adas_browser.post("/rooms/lobby/settings/", {**SETTINGS, **forged})
    room = Room.objects.get(pk=lobby.pk)
    assert (room.slug, room.epoch, room.last_seq > lobby.last_seq) == ("lobby", lobby.epoch, True)


VALUES: Any = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.just("9" * 5000) | st.just("\x00")


@hypothesis_settings(
    max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(["/rooms/new/", "/rooms/lobby/settings/"]), field=st.sampled_from(list(SETTINGS)), value=VALUES
)
def test_no_form_of_a_room_is_ever_a_server_error(path: str, field: str, value: str, adas_browser: Client) -> None:
    assert adas_browser.post(path, {**SETTINGS, field: value}).status_code in (200, 302)
