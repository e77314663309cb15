"""Announcements: who makes and ends them, where they are shown, how readers are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from chat import fanout, history, services
from chat.errors import ChatError, Forbidden, Invalid, NotFound
from chat.models import FOR_GOOD, Act, Announcement, Room, User
from chat.services import announcements
from tests.unit.conftest import Committed
from tests.unit.saying import in_an_hour, say
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def wanda(db: None) -> User:
    """May announce everywhere."""
    return staff_with("announce")


def shown(room: Room) -> list[str]:
    """What readers of the room are told."""
    return [one.text for one in Room.objects.get(pk=room.pk).to_wire().announcements]


def test_one_room_is_told_with_its_next_number(ada: User, lobby: Room, den: Room, committed: Committed) -> None:
    with committed() as told:
        made = services.announce(ada, lobby.pk, "Closed on Friday", until=in_an_hour())
    room = Room.objects.get(pk=lobby.pk)
    assert (room.version, room.last_seq) == (lobby.last_seq + 1, lobby.last_seq + 1)
    [event] = told
    assert isinstance(event, fanout.Changed) and event.changes == [room.to_change()]
    assert room.to_wire().announcements == [Announcement.objects.get().to_wire()]
    assert made.pk == Announcement.objects.get().pk
    assert shown(den) == []


def test_all_rooms_are_told_each_with_a_number(
    wanda: User, bo: User, lobby: Room, den: Room, committed: Committed
) -> None:
    with committed() as told:
        services.announce(wanda, None, "Maintenance at noon")
    assert {event.room_id for event in told if isinstance(event, fanout.Changed)} == {lobby.pk, den.pk}
    for before in (lobby, den):
        room = Room.objects.get(pk=before.pk)
        assert shown(room) == ["Maintenance at noon"]
        assert room.version == room.last_seq == before.last_seq + 1
        part = history.after(room.pk, room.epoch, before.last_seq, 10)
        assert part.changes == [room.to_change()]
        assert say(bo, room).seq == room.last_seq + 1


def test_rooms_are_told_a_few_at_a_time_those_in_use_first(
    wanda: User,
    ada: User,
    bo: User,
    lobby: Room,
    den: Room,
    committed: Committed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(announcements, "AT_ONCE", 1)
    say(bo, lobby)
    with committed() as told:
        services.announce(wanda, None, "Maintenance at noon")
    assert [event.room_id for event in told if isinstance(event, fanout.Changed)] == [lobby.pk, den.pk]


def test_a_batch_of_rooms_takes_few_statements(
    wanda: User, ada: User, committed: Committed, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        services.create_room(ada, name=f"Room {number}")
    with django_assert_max_num_queries(18), committed():
        services.announce(wanda, None, "Maintenance at noon")


def test_ending_takes_it_from_the_rooms(wanda: User, ada: User, lobby: Room, den: Room, committed: Committed) -> None:
    with committed():
        everywhere = services.announce(wanda, None, "Everywhere")
    with committed():
        here = services.announce(ada, lobby.pk, "Here")
    assert shown(lobby) == ["Here", "Everywhere"]
    with committed():
        services.end_announcement(wanda, everywhere.pk)
    assert (shown(lobby), shown(den)) == (["Here"], [])
    with committed():
        services.end_announcement(ada, here.pk)
    assert shown(lobby) == []


def test_one_that_is_over_is_ended_once(ada: User, lobby: Room, committed: Committed) -> None:
    made = services.announce(ada, lobby.pk, "Here")
    services.end_announcement(ada, made.pk)
    before = Room.objects.get(pk=lobby.pk).last_seq
    with committed() as told:
        services.end_announcement(ada, made.pk)
    assert (told, Room.objects.get(pk=lobby.pk).last_seq) == ([], before)
    assert Act.objects.filter(verb="announcement_ended").count() == 1


def test_one_whose_time_is_over_is_told_to_nobody(ada: User, lobby: Room) -> None:
    made = services.announce(ada, lobby.pk, "Here", until=in_an_hour())
    assert shown(lobby) == ["Here"]
    past = timezone.now() - timedelta(seconds=1)
    Announcement.objects.filter(pk=made.pk).update(until=past)
    Room.objects.filter(pk=lobby.pk).update(announcements=[{"id": made.pk, "text": "Here", "until": past.isoformat()}])
    assert shown(lobby) == []
    assert not Announcement.objects.get().is_shown


def test_a_new_room_has_what_is_announced_everywhere(wanda: User, ada: User, committed: Committed) -> None:
    with committed():
        services.announce(wanda, None, "Everywhere")
    assert shown(services.create_room(ada, name="Garden")) == ["Everywhere"]


@pytest.mark.parametrize("name", ["ada", "mo", "sam", "wanda"])
def test_moderators_and_staff_announce_in_a_room(name: str, den: Room, request: pytest.FixtureRequest) -> None:
    actor = request.getfixturevalue(name)
    made = services.announce(actor, den.pk, "Here")
    services.end_announcement(actor, made.pk)
    assert [act.actor for act in Act.objects.filter(verb__startswith="announce")] == [actor, actor]


@pytest.mark.parametrize(("name", "error"), [("bo", Forbidden), ("cleo", NotFound), ("gus", NotFound)])
def test_others_do_not(name: str, error: type[ChatError], ada: User, den: Room, request: pytest.FixtureRequest) -> None:
    made = services.announce(ada, den.pk, "Here")
    refused(request.getfixturevalue(name), den.pk, made, error)


def test_moderators_of_another_room_do_not(ada: User, cleo: User, den: Room) -> None:
    services.create_room(cleo, name="Garden")
    refused(cleo, den.pk, services.announce(ada, den.pk, "Here"), NotFound)


@pytest.mark.parametrize("name", ["ada", "mo", "bo", "cleo", "gus", "sam", "other staff"])
def test_only_staff_with_the_permission_announce_everywhere(
    name: str, wanda: User, lobby: Room, committed: Committed, request: pytest.FixtureRequest
) -> None:
    with committed():
        made = services.announce(wanda, None, "Everywhere")
    other = "other staff"
    actor = staff_with("change_room", "change_user") if name == other else request.getfixturevalue(name)
    refused(actor, None, made, Forbidden)


def refused(actor: User, room_id: int | None, made: Announcement, error: type[ChatError]) -> None:
    """Neither makes one nor ends the one that is there."""
    acts = Act.objects.count()
    with pytest.raises(error):
        services.announce(actor, room_id, "Not from me")
    with pytest.raises(error):
        services.end_announcement(actor, made.pk)
    assert Announcement.objects.get().is_shown
    assert Act.objects.count() == acts


def test_who_is_no_staff_any_more_may_not(wanda: User, lobby: Room) -> None:
    for change in ({"is_staff": False}, {"is_staff": True, "is_active": False}):
        User.objects.filter(pk=wanda.pk).update(**change)
        for room_id in (None, lobby.pk):
            with pytest.raises(ChatError):
                services.announce(User.objects.get(pk=wanda.pk), room_id, "Here")


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": " \n"},
        {"text": "x" * 301},
        {"text": "a\x00b"},
        {"text": "a\u202eb"},
        {"until": timezone.now() - timedelta(days=1)},
        {"until": FOR_GOOD + timedelta(days=1)},
    ],
)
def test_what_makes_no_sense_is_not_announced(wrong: dict[str, Any], ada: User, lobby: Room) -> None:
    with pytest.raises(ChatError) as refusal:
        services.announce(ada, lobby.pk, **{"text": "Here", **wrong})
    assert refusal.value.field == next(iter(wrong))
    assert not Announcement.objects.exists()


def test_there_are_only_so_many_at_a_time(ada: User, wanda: User, lobby: Room, committed: Committed) -> None:
    for number in range(announcements.MAX_SHOWN):
        last = services.announce(ada, lobby.pk, f"Number {number}")
    with pytest.raises(Invalid):
        services.announce(ada, lobby.pk, "One more")
    with committed():
        assert services.announce(wanda, None, "Elsewhere").is_shown
    services.end_announcement(ada, last.pk)
    assert services.announce(ada, lobby.pk, "One more").is_shown


def test_what_does_not_exist(ada: User) -> None:
    with pytest.raises(NotFound):
        services.announce(ada, 10**6, "Here")
    with pytest.raises(NotFound):
        services.end_announcement(ada, 10**6)


def test_acts_say_what_was_announced(ada: User, lobby: Room) -> None:
    until = in_an_hour()
    made = services.announce(ada, lobby.pk, "Closed on Friday", until=until)
    act = Act.objects.get(verb="announced")
    assert (act.actor, act.room, act.after["text"], act.after["announcement"]) == (ada, lobby, made.text, made.pk)


def test_rooms_that_nobody_came_to_tell_are_told_later_and_the_others_left_alone(
    wanda: User, lobby: Room, den: Room, committed: Committed
) -> None:
    services.announce(wanda, None, "Maintenance at noon")  # its commit, after which rooms are told, does not come
    assert shown(den) == shown(lobby) == []
    with committed() as told:
        assert services.tell_announcements() == 2
    assert len(told) == 2
    assert shown(Room.objects.get(pk=den.pk)) == ["Maintenance at noon"]
    with committed() as told:
        assert services.tell_announcements() == 0
    assert told == []
