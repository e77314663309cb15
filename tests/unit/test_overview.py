"""What a page starts with."""

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from chat import access, overview, services, wire
from chat.errors import NotFound
from chat.models import Room, User
from tests.unit.saying import in_an_hour, say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def listed(user: User) -> dict[str, overview.Entry]:
    return {entry.room.name: entry for entry in overview.entries(user)}


def test_people_see_their_rooms_and_public_ones(bo: User, cleo: User, gus: User, lobby: Room, den: Room) -> None:
    assert set(listed(bo)) == {"Lobby", "Den"}
    assert set(listed(cleo)) == set(listed(gus)) == {"Lobby"}
    assert listed(bo)["Lobby"].member and not listed(cleo)["Lobby"].member


def test_who_left_a_private_room_sees_it_no_more(bo: User, den: Room) -> None:
    services.leave_room(bo, den.pk)
    assert listed(bo) == {}


def test_an_archived_room_stays_with_its_members(ada: User, bo: User, cleo: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, state="archived")
    assert "Lobby" in listed(bo) and "Lobby" not in listed(cleo)


@pytest.mark.parametrize("name", ["bo", "cleo"])
def test_the_banned_are_told_nothing_new(name: str, ada: User, lobby: Room, request: pytest.FixtureRequest) -> None:
    banned: User = request.getfixturevalue(name)
    services.ban(ada, lobby.pk, banned.pk, in_an_hour())
    say(ada, lobby, "secret")
    assert not [entry for entry in overview.entries(banned) if entry.last or entry.unread]


def test_guests_are_told_nothing_by_rooms_that_close_to_them(ada: User, gus: User, lobby: Room) -> None:
    services.join_room(gus, lobby.pk)
    services.update_room(ada, lobby.pk, guests="none")
    say(ada, lobby, "secret")
    assert not [entry for entry in overview.entries(gus) if entry.last]


def test_where_guests_are_off_their_list_is_empty(ada: User, gus: User, lobby: Room, settings: Settings) -> None:
    services.join_room(gus, lobby.pk)
    settings.CHAT_GUESTS = False
    assert overview.entries(gus) == []


def test_unread_counts_what_others_wrote_after_the_mark(ada: User, bo: User, lobby: Room) -> None:
    first = say(ada, lobby)
    say(ada, lobby)
    say(bo, lobby)
    gone = say(ada, lobby)
    services.delete_message(ada, lobby.pk, gone.seq)
    services.update_room(ada, lobby.pk, name="Lobby")
    assert listed(bo)["Lobby"].unread == 2
    services.mark_read(bo, lobby.pk, first.seq)
    assert listed(bo)["Lobby"].unread == 1


def test_visitors_have_nothing_unread(ada: User, cleo: User, lobby: Room) -> None:
    say(ada, lobby)
    assert listed(cleo)["Lobby"].unread == 0


def test_the_last_message_is_the_newest_text_that_stands(ada: User, bo: User, lobby: Room) -> None:
    kept, gone = say(bo, lobby, "kept"), say(bo, lobby, "gone")
    services.delete_message(bo, lobby.pk, gone.seq)
    services.update_room(ada, lobby.pk, name="Foyer")
    assert listed(bo)["Foyer"].last == kept
    assert wire.encode(overview.rooms_of(bo))


def test_a_room_without_texts_has_no_last_message(bo: User, lobby: Room) -> None:
    assert listed(bo)["Lobby"].last is None


def test_the_list_on_the_wire_is_a_room_with_three_more_fields(bo: User, lobby: Room) -> None:
    (told,) = overview.rooms_of(bo)
    assert set(told) - set(wire.builtins(lobby.to_wire())) == {"unread", "member", "last"}


def test_the_list_costs_the_same_whatever_the_number_of_rooms(
    ada: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        say(ada, services.create_room(ada, name=f"Room {number}"))
    with django_assert_max_num_queries(3):
        overview.rooms_of(ada)


def test_the_first_state_has_the_newest_page_and_its_cursor(bo: User, lobby: Room, settings: Settings) -> None:
    settings.CHAT_PAGE = 10
    last = [say(bo, lobby) for _ in range(12)][-1]
    state = overview.first_state(bo, lobby.slug)
    assert [message.seq for message in state["messages"]] == list(range(last.seq - 9, last.seq + 1))
    assert (state["cursor"], state["more"]) == (wire.cursor(lobby.epoch, last.version), True)
    assert state["you"] == access.you(access.standing(bo, lobby.slug))


def test_the_timings_are_those_of_settings_and_room(ada: User, lobby: Room, settings: Settings) -> None:
    settings.CHAT_HEARTBEAT_S, settings.CHAT_MAX_BODY = 7, 99
    room = services.update_room(ada, lobby.pk, hold_s=9, poll_interval_ms=1234)
    timings = overview.timings(room)
    assert (timings.hold_s, timings.poll_interval_ms, timings.heartbeat_s, timings.max_body) == (9, 1234, 7, 99)


def test_no_state_is_given_of_a_room_that_may_not_be_known(cleo: User, den: Room) -> None:
    with pytest.raises(NotFound):
        overview.first_state(cleo, den.slug)


@pytest.mark.parametrize(("words", "found"), [("lob", 1), (" HELLO ", 1), ("", 1), ("den", 0)])
def test_a_search_looks_at_name_and_topic(words: str, found: int, bo: User, lobby: Room) -> None:
    assert len(overview.matching(overview.entries(bo), words)) == found
