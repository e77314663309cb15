"""Joining, leaving, roles, sanctions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from chat import fanout, services, wire
from chat.errors import Forbidden, Invalid, NotFound
from chat.models import Membership, Room, User
from tests.unit.conftest import Committed
from tests.unit.saying import in_an_hour, say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

Sanction = Callable[[User, int, int, datetime | None], None]
NOBODY = 10**6


def member(room: Room, user: User) -> Membership:
    return Membership.objects.get(room=room, user=user)


def test_who_joins_has_read_what_was_there_before(cleo: User, lobby: Room) -> None:
    joined = services.join_room(cleo, lobby.pk)
    assert (joined.role, joined.last_read_seq, joined.left_at) == ("member", lobby.last_seq, None)


def test_joining_again_changes_nothing(ada: User, bo: User, lobby: Room) -> None:
    services.mark_read(bo, lobby.pk, 1)
    say(ada, lobby)
    assert services.join_room(bo, lobby.pk).last_read_seq == member(lobby, bo).last_read_seq
    assert member(lobby, bo).role == "member"


def test_nobody_joins_a_private_room_without_an_invitation(cleo: User, den: Room) -> None:
    with pytest.raises(NotFound):
        services.join_room(cleo, den.pk)
    with pytest.raises(NotFound):
        services.join_room(cleo, NOBODY)


def test_who_leaves_is_told_of_and_loses_the_role(mo: User, den: Room, committed: Committed) -> None:
    with committed() as told:
        services.leave_room(mo, den.pk)
    left = member(den, mo)
    assert (left.role, left.left_at is not None) == ("member", True)
    assert isinstance(told[0], fanout.Changed) and told[0].changes[0].seq == wire.ACCESS


def test_a_visitor_leaves_without_a_trace(cleo: User, lobby: Room, committed: Committed) -> None:
    with committed() as told:
        services.leave_room(cleo, lobby.pk)
    assert told == []


def test_a_room_with_members_keeps_an_owner(ada: User, bo: User, lobby: Room) -> None:
    with pytest.raises(Forbidden):
        services.leave_room(ada, lobby.pk)
    with pytest.raises(Forbidden):
        services.set_role(ada, lobby.pk, ada.pk, "member")
    services.set_role(ada, lobby.pk, bo.pk, "owner")
    services.leave_room(ada, lobby.pk)
    assert member(lobby, ada).left_at


def test_the_last_one_may_leave(ada: User) -> None:
    room = services.create_room(ada, name="Alone")
    services.leave_room(ada, room.pk)
    assert member(room, ada).left_at


def test_who_left_comes_back_as_a_member(mo: User, lobby: Room) -> None:
    services.leave_room(mo, lobby.pk)
    assert services.join_room(mo, lobby.pk).role == "member"


def test_sanctions_outlive_leaving(ada: User, bo: User, lobby: Room) -> None:
    services.mute(ada, lobby.pk, bo.pk, in_an_hour())
    services.leave_room(bo, lobby.pk)
    services.join_room(bo, lobby.pk)
    assert member(lobby, bo).is_muted


def test_owners_give_roles_and_add_members(ada: User, cleo: User, den: Room, committed: Committed) -> None:
    with committed() as told:
        assert services.set_role(ada, den.pk, cleo.pk, "moderator").moderates
    assert member(den, cleo).left_at is None
    assert isinstance(told[0], fanout.Changed) and told[0].access_version == told[0].last


@pytest.mark.parametrize(("name", "error"), [("mo", Forbidden), ("bo", Forbidden), ("cleo", NotFound)])
def test_others_give_no_roles(name: str, error: type[Exception], den: Room, request: pytest.FixtureRequest) -> None:
    actor = request.getfixturevalue(name)
    with pytest.raises(error):
        services.set_role(actor, den.pk, actor.pk, "owner")


@pytest.mark.parametrize("role", ["", "king", "x" * 50])
def test_there_are_three_roles(role: str, ada: User, bo: User, lobby: Room) -> None:
    with pytest.raises(Invalid) as refusal:
        services.set_role(ada, lobby.pk, bo.pk, role)
    assert refusal.value.field == "role"


@pytest.mark.parametrize(("service", "is_on"), [(services.ban, "is_banned"), (services.mute, "is_muted")])
@pytest.mark.parametrize("name", ["ada", "mo", "sam"])
def test_moderators_sanction_and_lift_it(
    service: Sanction,
    is_on: str,
    name: str,
    bo: User,
    lobby: Room,
    committed: Committed,
    request: pytest.FixtureRequest,
) -> None:
    actor = request.getfixturevalue(name)
    with committed() as told:
        service(actor, lobby.pk, bo.pk, in_an_hour())
    assert getattr(member(lobby, bo), is_on)
    assert isinstance(told[0], fanout.Changed) and told[0].changes[0].seq == wire.ACCESS
    service(actor, lobby.pk, bo.pk, None)
    assert not getattr(member(lobby, bo), is_on)


@pytest.mark.parametrize("service", [services.ban, services.mute])
def test_a_sanction_ends_by_itself(service: Sanction, ada: User, bo: User, lobby: Room) -> None:
    service(ada, lobby.pk, bo.pk, timezone.now())
    assert not member(lobby, bo).is_banned and not member(lobby, bo).is_muted


@pytest.mark.parametrize("service", [services.ban, services.mute])
@pytest.mark.parametrize("name", ["bo", "cleo", "gus"])
def test_others_do_not_sanction(
    service: Sanction, name: str, mo: User, lobby: Room, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Forbidden):
        service(request.getfixturevalue(name), lobby.pk, mo.pk, in_an_hour())
    assert not member(lobby, mo).is_banned and not member(lobby, mo).is_muted


@pytest.mark.parametrize("service", [services.ban, services.mute])
def test_a_visitor_can_be_sanctioned_and_does_not_become_a_member(
    service: Sanction, ada: User, cleo: User, lobby: Room
) -> None:
    service(ada, lobby.pk, cleo.pk, in_an_hour())
    assert member(lobby, cleo).left_at is not None


def test_owners_are_sanctioned_by_staff_alone(ada: User, mo: User, sam: User, lobby: Room) -> None:
    for service in (services.ban, services.mute):
        with pytest.raises(Forbidden):
            service(mo, lobby.pk, ada.pk, in_an_hour())
    with pytest.raises(Forbidden):
        services.remove_member(mo, lobby.pk, ada.pk)
    services.mute(sam, lobby.pk, ada.pk, in_an_hour())
    assert member(lobby, ada).is_muted


def test_moderators_remove_members(mo: User, bo: User, lobby: Room, committed: Committed) -> None:
    with committed() as told:
        services.remove_member(mo, lobby.pk, bo.pk)
    assert member(lobby, bo).left_at
    assert isinstance(told[0], fanout.Changed) and told[0].changes[0].seq == wire.ACCESS


def test_members_remove_nobody(bo: User, mo: User, lobby: Room) -> None:
    with pytest.raises(Forbidden):
        services.remove_member(bo, lobby.pk, mo.pk)


def test_a_person_who_does_not_exist_is_not_found(ada: User, lobby: Room) -> None:
    attempts: list[Callable[[], Any]] = [
        lambda: services.ban(ada, lobby.pk, NOBODY, in_an_hour()),
        lambda: services.mute(ada, lobby.pk, NOBODY, in_an_hour()),
        lambda: services.set_role(ada, lobby.pk, NOBODY, "member"),
        lambda: services.remove_member(ada, lobby.pk, NOBODY),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
