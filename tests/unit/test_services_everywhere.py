"""Sanctions of staff that hold in the whole place."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from chat import access, fanout, services, wire
from chat.errors import Forbidden, Invalid, NotAuthenticated, TooLong
from chat.models import FOR_GOOD, Act, Membership, Room, User
from tests.unit.conftest import Committed, SignIn
from tests.unit.saying import Attempt, in_an_hour, say
from tests.unit.signed_in import session_of
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

Service = Callable[..., None]
SERVICES: dict[str, Service] = {
    "ban_user": lambda actor, user, **why: services.ban_everywhere(actor, user.pk, in_an_hour(), **why),
    "mute_user": lambda actor, user, **why: services.mute_everywhere(actor, user.pk, in_an_hour(), **why),
    "end_sessions": lambda actor, user, **why: services.end_sessions(actor, user.pk, **why),
}
each = pytest.mark.parametrize("permission", SERVICES)


@pytest.fixture
def wanda(db: None) -> User:
    """May do all three."""
    return staff_with(*SERVICES)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# What they do


def test_a_ban_shuts_out_of_every_room_and_of_the_list(wanda: User, bo: User, lobby: Room, den: Room) -> None:
    services.ban_everywhere(wanda, bo.pk, in_an_hour(), reason="Sold boats")
    for room in (lobby, den):
        with pytest.raises(Forbidden) as refusal:
            access.standing(fresh(bo), room.slug)
        assert refusal.value.message.endswith(": Sold boats")
        with pytest.raises(Forbidden):
            say(fresh(bo), room)
    assert not Room.objects.listed_for(fresh(bo)).exists()
    services.ban_everywhere(wanda, bo.pk, None)
    assert access.standing(fresh(bo), den.slug)
    assert Room.objects.listed_for(fresh(bo)).exists()
    assert fresh(bo).ban_reason == ""


def test_a_ban_holds_for_staff_and_for_the_holder_of_an_invite_link(
    wanda: User, ada: User, bo: User, den: Room
) -> None:
    User.objects.filter(pk=bo.pk).update(is_staff=True, is_superuser=True, banned_until=in_an_hour())
    token = services.create_invite(ada, den.pk).token
    with pytest.raises(Forbidden):
        access.standing(fresh(bo), den.slug)
    with pytest.raises(Forbidden):
        services.accept_invite(fresh(bo), token)


def test_a_mute_keeps_from_writing_and_editing_everywhere_and_lets_read(wanda: User, bo: User, lobby: Room) -> None:
    mine = say(bo, lobby)
    services.mute_everywhere(wanda, bo.pk, in_an_hour(), reason="Shouting")
    you = access.you(access.standing(fresh(bo), lobby.slug))
    assert (you.may_post, you.why_not and you.why_not.code) == (False, "muted")
    assert you.why_not and you.why_not.message.endswith(": Shouting")
    attempts: list[Attempt] = [
        lambda: say(fresh(bo), lobby),
        lambda: services.edit_message(fresh(bo), lobby.pk, mine.seq, "x"),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()
    services.mute_everywhere(wanda, bo.pk, None)
    assert say(fresh(bo), lobby)


def test_who_is_banned_or_muted_opens_no_rooms(wanda: User, bo: User, cleo: User) -> None:
    services.ban_everywhere(wanda, bo.pk, in_an_hour())
    services.mute_everywhere(wanda, cleo.pk, in_an_hour())
    for user in (bo, cleo):
        with pytest.raises(Forbidden):
            services.create_room(fresh(user), name="Mine")


def test_all_sessions_end_and_new_ones_stand(wanda: User, bo: User, ada: User, sign_in: SignIn) -> None:
    keys, other = [session_of(bo), session_of(bo)], session_of(ada)
    for _again in range(2):
        services.end_sessions(wanda, bo.pk)
        for key in keys:
            with pytest.raises(NotAuthenticated):
                access.session_user(key)
        keys = [session_of(fresh(bo))]
        assert access.session_user(keys[0]) == bo
    assert access.session_user(other) == ada


def test_who_was_logged_out_everywhere_may_log_in_with_the_same_password(wanda: User, client: Client) -> None:
    dora = services.sign_up("Dora", "a long tail 7")
    services.end_sessions(wanda, dora.pk)
    assert client.login(username="Dora", password="a long tail 7")
    assert client.get("/account/").status_code == 200


def test_a_secret_that_is_being_changed_keeps_sessions(wanda: User, bo: User, settings: Settings) -> None:
    services.end_sessions(wanda, bo.pk)
    before = fresh(bo).get_session_auth_hash()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret"
    assert before != fresh(bo).get_session_auth_hash()
    assert [before] == list(fresh(bo).get_session_auth_fallback_hash())


# Who is told


@pytest.mark.parametrize("permission", ["ban_user", "mute_user"])
def test_open_pages_are_told_by_the_person_and_in_each_room(
    permission: str, wanda: User, bo: User, lobby: Room, den: Room, committed: Committed
) -> None:
    with committed() as told:
        SERVICES[permission](wanda, bo)
    assert told[0] == fanout.Revoked(user_id=bo.pk)
    changed = [event for event in told if isinstance(event, fanout.Changed)]
    assert {event.room_id for event in changed} == {lobby.pk, den.pk}
    assert all([change.seq for change in event.changes] == [wire.ACCESS] for event in changed)


def test_rooms_that_the_person_has_left_are_not_told(wanda: User, bo: User, lobby: Room, committed: Committed) -> None:
    services.leave_room(bo, lobby.pk)
    with committed() as told:
        services.mute_everywhere(wanda, bo.pk, in_an_hour())
    assert told == [fanout.Revoked(user_id=bo.pk)]


def test_the_end_of_sessions_is_told(wanda: User, bo: User, committed: Committed) -> None:
    with committed() as told:
        services.end_sessions(wanda, bo.pk)
    assert told == [fanout.Revoked(user_id=bo.pk)]


# What is recorded


@each
def test_it_is_recorded_with_reason_and_note(permission: str, wanda: User, bo: User) -> None:
    SERVICES[permission](wanda, bo, reason="Sold boats", note="Second time")
    act = Act.objects.latest("pk")
    assert (act.actor, act.person, act.room, act.reason, act.note) == (wanda, bo, None, "Sold boats", "Second time")


def test_the_same_again_is_no_act_and_another_reason_is(wanda: User, bo: User) -> None:
    until = in_an_hour()
    for reason in ("one", "one", "two"):
        services.ban_everywhere(wanda, bo.pk, until, reason=reason)
    assert [act.reason for act in Act.objects.filter(verb="banned").order_by("pk")] == ["one", "two"]


@pytest.mark.parametrize(("reason", "error"), [("a\x00b", Invalid), ("a\u202eb", Invalid), ("x" * 201, TooLong)])
def test_a_reason_is_a_line_of_text(
    reason: str, error: type[Exception], wanda: User, ada: User, bo: User, lobby: Room
) -> None:
    with pytest.raises(error):
        services.ban_everywhere(wanda, bo.pk, in_an_hour(), reason=reason)
    with pytest.raises(error):
        services.ban(ada, lobby.pk, bo.pk, in_an_hour(), reason=reason)
    assert not fresh(bo).is_banned and not Membership.objects.get(room=lobby, user=bo).is_banned


def test_for_good_is_told_without_a_clock(wanda: User, bo: User, lobby: Room) -> None:
    services.ban_everywhere(wanda, bo.pk, FOR_GOOD, reason="Enough")
    with pytest.raises(Forbidden) as refusal:
        access.standing(fresh(bo), lobby.slug)
    assert refusal.value.message == "You are banned from here: Enough"
