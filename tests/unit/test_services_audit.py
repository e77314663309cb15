"""The record of acts: each act of staff and moderators once, in the transaction of what was done, for ever."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.utils import timezone

from chat import services
from chat.errors import ChatError
from chat.models import Act, Invite, Room, User
from tests.unit.saying import in_an_hour, say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

Doing = Callable[..., Any]
Verb = Act.Verb


@pytest.fixture
def root(db: None) -> User:
    user = services.sign_up("Root", None)
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def acts() -> list[Act]:
    """Those since the rooms and their people were there, oldest first."""
    return list(Act.objects.filter(created_at__gte=_began).order_by("pk"))


_began = timezone.now()


@pytest.fixture
def start(lobby: Room) -> None:
    """From here on acts count."""
    global _began
    _began = timezone.now()


IN_A_ROOM: list[tuple[str, Doing]] = [
    (Verb.ROOM_CHANGED, lambda ada, bo, room: services.update_room(ada, room.pk, topic="Tea", state="read_only")),
    (Verb.BANNED, lambda ada, bo, room: services.ban(ada, room.pk, bo.pk, in_an_hour())),
    (Verb.MUTED, lambda ada, bo, room: services.mute(ada, room.pk, bo.pk, in_an_hour())),
    (Verb.REMOVED, lambda ada, bo, room: services.remove_member(ada, room.pk, bo.pk)),
    (Verb.ROLE_CHANGED, lambda ada, bo, room: services.set_role(ada, room.pk, bo.pk, "moderator")),
    (Verb.INVITE_MADE, lambda ada, bo, room: services.create_invite(ada, room.pk)),
]


@pytest.mark.parametrize(("verb", "do"), IN_A_ROOM, ids=[verb for verb, _do in IN_A_ROOM])
def test_an_act_in_a_room(verb: str, do: Doing, ada: User, bo: User, lobby: Room, start: None) -> None:
    do(ada, bo, lobby)
    [act] = acts()
    assert (act.verb, act.actor, act.actor_name, act.room, act.room_name) == (verb, ada, "Ada", lobby, "Lobby")
    on_somebody = verb not in (Verb.ROOM_CHANGED, Verb.INVITE_MADE)
    assert (act.person, act.person_name) == ((bo, "Bo") if on_somebody else (None, ""))


@pytest.mark.parametrize(("verb", "do"), IN_A_ROOM, ids=[verb for verb, _do in IN_A_ROOM])
def test_what_is_refused_is_not_recorded(verb: str, do: Doing, cleo: User, bo: User, den: Room) -> None:
    before = Act.objects.count()
    with pytest.raises(ChatError):
        do(cleo, bo, den)
    assert Act.objects.count() == before


def test_what_changed_is_told_before_and_after(ada: User, bo: User, lobby: Room, start: None) -> None:
    services.update_room(ada, lobby.pk, name="Hall", topic=lobby.topic, allowed_transports=["poll", "websocket"])
    services.set_role(ada, lobby.pk, bo.pk, "moderator")
    room, role = acts()
    assert room.before == {"name": "Lobby", "allowed_transports": ["websocket", "longpoll", "poll"]}
    assert room.after == {"name": "Hall", "allowed_transports": ["poll", "websocket"]}
    assert (role.before, role.after) == ({"role": "member"}, {"role": "moderator"})


def test_what_stays_the_same_is_no_act(ada: User, bo: User, lobby: Room, start: None) -> None:
    services.update_room(ada, lobby.pk, name="Lobby")
    services.set_role(ada, lobby.pk, bo.pk, "member")
    services.ban(ada, lobby.pk, bo.pk, None)
    services.mute(ada, lobby.pk, bo.pk, None)
    assert acts() == []


@pytest.mark.parametrize(
    ("service", "verb"), [(services.ban, Verb.UNBANNED), (services.mute, Verb.UNMUTED)], ids=["ban", "mute"]
)
def test_the_end_of_a_sanction(service: Doing, verb: str, ada: User, bo: User, lobby: Room, start: None) -> None:
    service(ada, lobby.pk, bo.pk, in_an_hour())
    service(ada, lobby.pk, bo.pk, None)
    service(ada, lobby.pk, bo.pk, in_an_hour())
    service(ada, lobby.pk, bo.pk, timezone.now() - timedelta(seconds=1))
    assert [act.verb for act in acts()][1::2] == [verb, verb]


def test_a_room_that_is_opened(ada: User) -> None:
    room = services.create_room(ada, name="Yard", kind="private")
    act = Act.objects.get(room=room)
    assert (act.verb, act.actor, act.after) == (
        Verb.ROOM_CREATED,
        ada,
        {"name": "Yard", "topic": "", "kind": "private"},
    )


def test_a_message_that_another_deletes_and_no_word_of_it(mo: User, bo: User, lobby: Room, start: None) -> None:
    own, other = say(bo, lobby, "a secret"), say(bo, lobby, "another secret")
    services.delete_message(bo, lobby.pk, own.seq)
    assert acts() == []
    for _again in range(2):
        services.delete_message(mo, lobby.pk, other.seq)
    [act] = acts()
    assert (act.verb, act.actor, act.person, act.seq) == (Verb.MESSAGE_DELETED, mo, bo, other.seq)
    assert not any("secret" in str(value) for value in vars(act).values())


def test_an_invite_link_that_is_ended_without_its_token(ada: User, lobby: Room, start: None) -> None:
    invite = services.create_invite(ada, lobby.pk)
    for _again in range(2):
        services.expire_invite(ada, invite.pk)
    made, ended = acts()
    assert (made.verb, ended.verb) == (Verb.INVITE_MADE, Verb.INVITE_ENDED)
    token = Invite.objects.get().token
    assert not any(token in str(value) for act in (made, ended) for value in vars(act).values())


def test_what_staff_do_to_people(root: User, bo: User, lobby: Room, start: None) -> None:
    services.add_person(root, "Dora", "a long tail 7")
    services.rename_person(bo, "Bobo", actor=root)
    bo.look, bo.is_staff = "dark", True
    services.change_person(root, bo, {"look", "is_staff"})
    services.set_password(root, bo, "another tail 7")
    services.set_rights(root, bo, Group.objects.none(), Permission.objects.filter(codename="change_room"))
    services.close_account(root, bo)
    bo.is_active = True
    services.change_person(root, bo, {"is_active"})
    found = acts()
    assert [act.verb for act in found] == [
        *(Verb.PERSON_ADDED, Verb.PERSON_RENAMED, Verb.PERSON_CHANGED, Verb.PASSWORD_SET),
        *(Verb.RIGHTS_CHANGED, Verb.ACCOUNT_CLOSED, Verb.ACCOUNT_OPENED),
    ]
    assert {act.actor for act in found} == {root}
    assert (found[1].before, found[1].after) == ({"username": "Bo"}, {"username": "Bobo"})
    assert (found[2].before, found[2].after) == (
        {"is_staff": False, "look": "system"},
        {"is_staff": True, "look": "dark"},
    )
    assert (found[4].before, found[4].after) == ({"permissions": []}, {"permissions": ["chat.change_room"]})
    bo.refresh_from_db()
    assert not any(bo.password in str(value) or "tail" in str(value) for act in found for value in vars(act).values())


def test_what_people_do_to_themselves_is_no_act(bo: User, gus: User, lobby: Room, start: None) -> None:
    services.rename_person(bo, "Bobo")
    services.retire_guest(gus)
    services.leave_room(bo, lobby.pk)
    assert acts() == []


def test_commands_act_as_the_system(gus: User, lobby: Room, start: None) -> None:
    User.objects.filter(pk=gus.pk).update(last_login=timezone.now() - timedelta(days=400))
    call_command("retire_guests", stdout=StringIO())
    call_command("renew_epochs", stdout=StringIO())
    retired, renewed = acts()
    assert (retired.verb, retired.actor, retired.person, retired.before) == (
        *(Verb.GUEST_RETIRED, None, gus),
        {"username": "Gus"},
    )
    assert (renewed.verb, renewed.actor, str(renewed)) == (
        *(Verb.EPOCH_RENEWED, None),
        "system: Renewed the epoch of a room",
    )
