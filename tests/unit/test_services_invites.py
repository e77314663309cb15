"""Invite links and read marks: part of `services.members`."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chat import services
from chat.errors import Forbidden, Invalid, NotFound
from chat.models import Invite, Membership, Room, User
from tests.unit.saying import in_an_hour, say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_link_lets_its_holder_into_a_private_room(ada: User, cleo: User, den: Room) -> None:
    invite = services.create_invite(ada, den.pk)
    assert services.accept_invite(cleo, invite.token) == den
    assert Membership.objects.get(room=den, user=cleo).left_at is None


def test_a_link_holds_for_a_week_and_for_many(ada: User, cleo: User, gus: User, den: Room) -> None:
    invite = services.create_invite(ada, den.pk)
    assert timedelta(days=6, hours=23) < invite.expires_at - timezone.now() <= timedelta(days=7)
    services.accept_invite(cleo, invite.token)
    services.accept_invite(gus, invite.token)
    assert den.memberships.filter(left_at=None).count() == 5


def test_accepting_again_keeps_the_role(ada: User, mo: User, den: Room) -> None:
    services.accept_invite(mo, services.create_invite(ada, den.pk).token)
    assert Membership.objects.get(room=den, user=mo).role == "moderator"


def test_an_expired_link_and_an_unknown_one_do_not_exist(ada: User, cleo: User, den: Room) -> None:
    invite = services.create_invite(ada, den.pk)
    Invite.objects.update(expires_at=timezone.now())
    for token in (invite.token, "unknown", "", "x" * 500, "a\x00b", "ünknown"):
        with pytest.raises(NotFound):
            services.accept_invite(cleo, token)
    assert not Membership.objects.filter(user=cleo).exists()


def test_a_link_for_some_people_lets_no_more_in(ada: User, cleo: User, gus: User, den: Room) -> None:
    invite = services.create_invite(ada, den.pk, max_uses=1)
    services.accept_invite(cleo, invite.token)
    with pytest.raises(NotFound):
        services.accept_invite(gus, invite.token)
    assert not Membership.objects.filter(user=gus).exists()
    assert Invite.objects.get().uses == 1


def test_who_is_a_member_does_not_use_a_link_up(ada: User, bo: User, cleo: User, den: Room) -> None:
    invite = services.create_invite(ada, den.pk, max_uses=2)
    for _ in range(3):
        services.accept_invite(bo, invite.token)
        services.accept_invite(cleo, invite.token)
    assert Invite.objects.get().uses == 1
    services.leave_room(cleo, den.pk)
    services.accept_invite(cleo, invite.token)
    assert Invite.objects.get().uses == 2


def test_who_is_refused_does_not_use_a_link_up(ada: User, bo: User, gus: User, den: Room) -> None:
    invite = services.create_invite(ada, den.pk, max_uses=1)
    services.ban(ada, den.pk, bo.pk, in_an_hour())
    services.update_room(ada, den.pk, guests="none")
    for person in (bo, gus):
        with pytest.raises(Forbidden):
            services.accept_invite(person, invite.token)
    assert Invite.objects.get().uses == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_for_the_last_place_one_gets_in(ada: User, den: Room) -> None:
    invite = services.create_invite(ada, den.pk, max_uses=1)
    people = [services.sign_up(f"Person {number}", None) for number in range(4)]
    start = Barrier(len(people))

    def come(person: User) -> bool:
        start.wait(10)
        try:
            services.accept_invite(person, invite.token)
        except NotFound:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(people)) as threads:
        assert sorted(threads.map(come, people)) == [False, False, False, True]
    assert Invite.objects.get().uses == 1
    assert Membership.objects.filter(room=den, user__in=people).count() == 1


@pytest.mark.parametrize(
    "limits", [{"max_uses": 0}, {"max_uses": 10_001}, {"lifetime": timedelta(0)}, {"lifetime": timedelta(days=366)}]
)
def test_a_link_has_limits_that_make_sense(limits: dict[str, Any], ada: User, den: Room) -> None:
    with pytest.raises(Invalid):
        services.create_invite(ada, den.pk, **limits)
    assert not Invite.objects.exists()


def test_a_link_does_not_open_the_door_to_the_banned(ada: User, bo: User, den: Room) -> None:
    token = services.create_invite(ada, den.pk).token
    services.ban(ada, den.pk, bo.pk, in_an_hour())
    with pytest.raises(Forbidden):
        services.accept_invite(bo, token)


def test_a_link_does_not_let_guests_into_a_room_without_guests(ada: User, gus: User, den: Room) -> None:
    services.update_room(ada, den.pk, guests="none")
    with pytest.raises(Forbidden):
        services.accept_invite(gus, services.create_invite(ada, den.pk).token)


@pytest.mark.parametrize("name", ["ada", "mo", "sam"])
def test_moderators_make_links_into_a_private_room(name: str, den: Room, request: pytest.FixtureRequest) -> None:
    assert services.create_invite(request.getfixturevalue(name), den.pk).room == den


@pytest.mark.parametrize(("name", "error"), [("bo", Forbidden), ("cleo", NotFound), ("gus", NotFound)])
def test_others_make_no_links_into_a_private_room(
    name: str, error: type[Exception], den: Room, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(error):
        services.create_invite(request.getfixturevalue(name), den.pk)


def test_members_make_links_into_a_public_room_and_visitors_do_not(bo: User, cleo: User, lobby: Room) -> None:
    assert services.create_invite(bo, lobby.pk)
    with pytest.raises(Forbidden):
        services.create_invite(cleo, lobby.pk)


def test_a_room_that_does_not_exist_has_no_links(ada: User) -> None:
    with pytest.raises(NotFound):
        services.create_invite(ada, 10**6)


def test_a_read_mark_moves_forward_alone(ada: User, bo: User, lobby: Room) -> None:
    first, second = say(ada, lobby), say(ada, lobby)
    assert services.mark_read(bo, lobby.pk, second.seq) == second.seq
    assert services.mark_read(bo, lobby.pk, first.seq) == second.seq


def test_a_read_mark_does_not_pass_the_end(bo: User, lobby: Room) -> None:
    assert services.mark_read(bo, lobby.pk, 2**63 - 1) == lobby.last_seq
    assert services.mark_read(bo, lobby.pk, 10**30) == lobby.last_seq


def test_a_visitor_has_no_read_mark(cleo: User, lobby: Room) -> None:
    assert services.mark_read(cleo, lobby.pk, 1) == 0
    assert not Membership.objects.filter(user=cleo).exists()
