"""Who may read, post and moderate."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from chat import access, services
from chat.errors import ChatError, Forbidden, NotAuthenticated, NotFound
from chat.models import Room, User
from tests.unit.saying import in_an_hour

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

EVERYBODY = ("ada", "mo", "bo", "cleo", "gus", "sam")
MODERATORS = {"ada", "mo", "sam"}


@pytest.fixture(params=EVERYBODY)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def somebody(name: str, request: pytest.FixtureRequest) -> User:
    """Each of the cast in turn."""
    user: User = request.getfixturevalue(name)
    return user


def refusal_of(user: User, room: Room) -> type[ChatError] | None:
    """Why somebody may not read a room; None when they may."""
    try:
        access.standing(user, room.slug)
    except ChatError as refusal:
        return type(refusal)
    return None


def may_post(user: User, room: Room) -> bool:
    return access.you(access.standing(user, room.slug)).may_post


def test_everybody_reads_a_public_room(somebody: User, lobby: Room) -> None:
    assert refusal_of(somebody, lobby) is None


def test_members_and_staff_read_a_private_room_and_others_do_not_learn_of_it(
    name: str, somebody: User, den: Room
) -> None:
    assert refusal_of(somebody, den) is (NotFound if name in ("cleo", "gus") else None)


def test_a_private_room_and_no_room_are_told_alike(cleo: User, den: Room) -> None:
    with pytest.raises(NotFound) as private:
        access.standing(cleo, den.slug)
    with pytest.raises(NotFound) as nothing:
        access.standing(cleo, "no-such-room")
    assert private.value.message == nothing.value.message


def test_who_left_a_private_room_does_not_read_it(bo: User, den: Room) -> None:
    services.leave_room(bo, den.pk)
    assert refusal_of(bo, den) is NotFound


def test_a_ban_shuts_out_members_and_visitors_until_it_ends(ada: User, bo: User, cleo: User, lobby: Room) -> None:
    for user in (bo, cleo):
        services.ban(ada, lobby.pk, user.pk, in_an_hour())
        assert refusal_of(user, lobby) is Forbidden
        services.ban(ada, lobby.pk, user.pk, timezone.now() - timedelta(seconds=1))
        assert refusal_of(user, lobby) is None


@pytest.mark.parametrize(
    ("guests", "reads", "writes"), [("none", False, False), ("read", True, False), ("write", True, True)]
)
def test_a_room_says_what_guests_may(guests: str, reads: bool, writes: bool, ada: User, gus: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, guests=guests)
    assert refusal_of(gus, lobby) is (None if reads else Forbidden)
    if reads:
        assert may_post(gus, lobby) is writes


def test_where_guests_are_off_rooms_are_closed_to_them(gus: User, bo: User, lobby: Room, settings: Settings) -> None:
    settings.CHAT_GUESTS = False
    assert refusal_of(gus, lobby) is Forbidden
    assert refusal_of(bo, lobby) is None


def test_a_closed_account_reads_nothing(somebody: User, lobby: Room) -> None:
    somebody.is_active = False
    assert refusal_of(somebody, lobby) is NotAuthenticated


@pytest.mark.parametrize(
    ("state", "writers"), [("open", set(EVERYBODY)), ("read_only", MODERATORS), ("archived", set())]
)
def test_a_rooms_state_says_who_writes(
    state: str, writers: set[str], name: str, somebody: User, ada: User, lobby: Room
) -> None:
    services.update_room(ada, lobby.pk, state=state)
    assert may_post(somebody, lobby) is (name in writers)
    who = access.standing(somebody, lobby.slug)
    if name in writers:
        access.check_post(who)
    else:
        with pytest.raises(Forbidden):
            access.check_post(who)


def test_a_mute_takes_the_voice_and_says_until_when(ada: User, bo: User, lobby: Room) -> None:
    until = in_an_hour()
    services.mute(ada, lobby.pk, bo.pk, until)
    reason = access.you(access.standing(bo, lobby.slug)).why_not
    assert reason and (reason.code, reason.until) == ("muted", until)
    services.mute(ada, lobby.pk, bo.pk, None)
    assert may_post(bo, lobby)


@pytest.mark.parametrize(("state", "code"), [("archived", "archived"), ("read_only", "read_only")])
def test_the_reason_is_told(state: str, code: str, ada: User, bo: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, state=state)
    you = access.you(access.standing(bo, lobby.slug))
    assert you.why_not and you.why_not.code == code and you.why_not.message and you.why_not.until is None


def test_owners_moderators_and_staff_moderate(name: str, somebody: User, lobby: Room) -> None:
    who = access.standing(somebody, lobby.slug)
    assert access.you(who).may_moderate is (name in MODERATORS)
    if name in MODERATORS:
        access.check_moderate(who)
    else:
        with pytest.raises(Forbidden):
            access.check_moderate(who)


def test_owners_and_staff_own(name: str, somebody: User, lobby: Room) -> None:
    who = access.standing(somebody, lobby.slug)
    if name in ("ada", "sam"):
        access.check_own(who)
    else:
        with pytest.raises(Forbidden):
            access.check_own(who)


def test_staff_without_the_permission_is_like_everybody(cleo: User, den: Room) -> None:
    cleo.is_staff = True
    cleo.save()
    assert refusal_of(cleo, den) is NotFound


def test_who_left_moderates_no_more(mo: User, lobby: Room) -> None:
    services.leave_room(mo, lobby.pk)
    assert not access.standing(mo, lobby.slug).moderates


def test_you_tells_name_role_and_read_mark(mo: User, cleo: User, gus: User, lobby: Room) -> None:
    services.mark_read(mo, lobby.pk, 1)
    moderator, visitor, guest = (access.you(access.standing(user, lobby.slug)) for user in (mo, cleo, gus))
    assert (moderator.name, moderator.role, moderator.last_read_seq) == ("Mo", "moderator", 1)
    assert (visitor.role, visitor.last_read_seq, visitor.guest) == (None, 0, False)
    assert guest.guest
