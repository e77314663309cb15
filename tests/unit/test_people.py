"""The endpoints about people: who may do what to whom, and what is told of it."""

from typing import Any

import pytest
from django.utils import timezone

from chat import access, services
from chat.models import FOR_GOOD, Act, Membership, Room, User
from tests.unit.conftest import Ask
from tests.unit.saying import in_an_hour

pytestmark = pytest.mark.django_db(transaction=True)

ACTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "mute": ("PUT", "/mute", {"minutes": 10, "reason": "Shouting"}),
    "unmute": ("DELETE", "/mute", {}),
    "ban": ("PUT", "/ban", {"minutes": 60, "reason": "Sold boats"}),
    "unban": ("DELETE", "/ban", {}),
    "remove": ("POST", "/remove", {"reason": "Off you go"}),
}
"""What moderators do: method, path below the person, body."""


def row_of(room: Room, person: User) -> Membership:
    return Membership.objects.get(room=room, user=person)


def do(ask: Ask, act: str, actor: User, room: Room, person: User) -> tuple[int, dict[str, Any]]:
    method, path, body = ACTS[act]
    answer: tuple[int, dict[str, Any]] = ask(actor, method, f"{room.slug}/members/{person.pk}{path}", body or None)
    return answer


def names(answer: tuple[int, dict[str, Any]]) -> list[str]:
    return [member["name"] for member in answer[1]["members"]]


def test_a_moderator_mutes_and_unmutes_a_member(ask: Ask, mo: User, bo: User, lobby: Room) -> None:
    status, answer = do(ask, "mute", mo, lobby, bo)
    assert (status, answer["member"]["muted"]["reason"]) == (200, "Shouting")
    assert row_of(lobby, bo).is_muted
    status, answer = do(ask, "unmute", mo, lobby, bo)
    assert (status, answer["member"]["muted"], row_of(lobby, bo).is_muted) == (200, None, False)
    verbs = Act.objects.filter(actor=mo, person=bo, room=lobby).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["muted", "unmuted"]


def test_a_moderator_bans_removes_and_lets_in_again(ask: Ask, mo: User, bo: User, lobby: Room) -> None:
    assert do(ask, "ban", mo, lobby, bo)[1]["member"]["banned"]["reason"] == "Sold boats"
    assert ask(bo, "GET", lobby.slug)[0] == 403
    assert do(ask, "unban", mo, lobby, bo)[1]["member"]["banned"] is None
    assert ask(bo, "GET", lobby.slug)[0] == 200
    assert do(ask, "remove", mo, lobby, bo)[1]["member"]["role"] is None
    assert row_of(lobby, bo).left_at
    assert Act.objects.get(verb=Act.Verb.REMOVED).reason == "Off you go"


def test_a_sanction_without_an_end_is_for_good(ask: Ask, mo: User, bo: User, lobby: Room) -> None:
    _status, answer = ask(mo, "PUT", f"{lobby.slug}/members/{bo.pk}/ban", {})
    assert answer["member"]["banned"] == {"until": None, "reason": ""}
    assert row_of(lobby, bo).banned_until == FOR_GOOD


@pytest.mark.parametrize("minutes", [0, -1, 10**9, 2**70])
def test_a_sanction_ends_within_ten_years_or_never(ask: Ask, mo: User, bo: User, lobby: Room, minutes: int) -> None:
    status, answer = ask(mo, "PUT", f"{lobby.slug}/members/{bo.pk}/mute", {"minutes": minutes})
    assert (status, answer["error"]["field"]) == (400, "minutes")


@pytest.mark.parametrize("act", ACTS)
def test_members_guests_and_strangers_do_nothing_to_anybody(
    ask: Ask, bo: User, cleo: User, gus: User, lobby: Room, act: str
) -> None:
    services.join_room(gus, lobby.pk)
    for actor in (bo, cleo, gus):
        assert do(ask, act, actor, lobby, gus if actor != gus else bo)[0] == 403
    assert not Act.objects.filter(actor__in=(bo, cleo, gus)).exists()


@pytest.mark.parametrize("act", ACTS)
def test_a_moderator_of_another_room_does_nothing_here(ask: Ask, cleo: User, bo: User, lobby: Room, act: str) -> None:
    services.create_room(cleo, name="Elsewhere")
    assert do(ask, act, cleo, lobby, bo)[0] == 403


@pytest.mark.parametrize("act", ACTS)
def test_staff_without_the_permission_do_nothing(ask: Ask, cleo: User, bo: User, lobby: Room, act: str) -> None:
    cleo.is_staff = True
    cleo.save()
    assert do(ask, act, cleo, lobby, bo)[0] == 403


@pytest.mark.parametrize("act", ACTS)
def test_nobody_is_sanctioned_who_stands_as_high(
    ask: Ask, ada: User, mo: User, bo: User, sam: User, lobby: Room, act: str
) -> None:
    services.set_role(ada, lobby.pk, bo.pk, "moderator")
    services.join_room(sam, lobby.pk)
    for actor, person in ((mo, bo), (mo, ada), (mo, sam), (mo, mo), (ada, ada), (ada, sam)):
        assert do(ask, act, actor, lobby, person)[0] == 403
    assert do(ask, act, ada, lobby, mo)[0] == 200
    assert do(ask, act, sam, lobby, ada)[0] == 200


@pytest.mark.parametrize("act", ACTS)
def test_who_was_never_here_cannot_be_found_by_a_number(ask: Ask, mo: User, cleo: User, lobby: Room, act: str) -> None:
    assert do(ask, act, mo, lobby, cleo)[0] == 404
    assert not Membership.objects.filter(user=cleo).exists()
    cleo.pk = 2**80
    assert do(ask, act, mo, lobby, cleo)[0] == 404


def test_an_owner_gives_and_takes_roles(ask: Ask, ada: User, bo: User, lobby: Room) -> None:
    for role in ("moderator", "owner", "member"):
        status, answer = ask(ada, "PATCH", f"{lobby.slug}/members/{bo.pk}", {"role": role})
        assert (status, answer["member"]["role"], row_of(lobby, bo).role) == (200, role, role)
    assert ask(ada, "PATCH", f"{lobby.slug}/members/{bo.pk}", {"role": "king"})[0] == 400


def test_the_last_owner_stays_one(ask: Ask, ada: User, sam: User, lobby: Room) -> None:
    assert ask(sam, "PATCH", f"{lobby.slug}/members/{ada.pk}", {"role": "member"})[0] == 403
    assert row_of(lobby, ada).role == "owner"


def test_a_role_is_given_by_owners_to_members_who_are_no_guests(
    ask: Ask, ada: User, mo: User, bo: User, cleo: User, gus: User, lobby: Room
) -> None:
    services.join_room(gus, lobby.pk)
    role = {"role": "moderator"}
    for actor in (mo, bo, cleo, gus):
        assert ask(actor, "PATCH", f"{lobby.slug}/members/{bo.pk}", role)[0] == 403
    assert ask(ada, "PATCH", f"{lobby.slug}/members/{gus.pk}", role)[0] == 403
    assert ask(ada, "PATCH", f"{lobby.slug}/members/{cleo.pk}", role)[0] == 404
    services.remove_member(ada, lobby.pk, bo.pk)
    assert ask(ada, "PATCH", f"{lobby.slug}/members/{bo.pk}", role)[0] == 404


def test_a_menu_shows_what_would_be_allowed(ada: User, mo: User, bo: User, gus: User, sam: User, lobby: Room) -> None:
    services.join_room(gus, lobby.pk)
    services.join_room(sam, lobby.pk)

    def may(actor: User, person: User) -> list[str]:
        return list(access.deeds(access.standing_in(actor, lobby), access.standing_in(person, lobby)))

    sanctions = ["mute", "ban", "remove"]
    assert may(ada, mo) == may(ada, bo) == may(sam, bo) == [*sanctions, "role"]
    assert may(ada, gus) == may(mo, bo) == may(mo, gus) == sanctions
    assert may(ada, sam) == ["role"]
    assert [may(bo, gus), may(mo, ada), may(mo, mo), may(ada, ada), may(gus, bo)] == [[], [], [], [], []]
    services.ban(ada, lobby.pk, bo.pk, in_an_hour())
    services.remove_member(ada, lobby.pk, bo.pk)
    assert may(mo, bo) == ["mute", "ban"]


def test_the_list_begins_with_those_who_have_a_role(ask: Ask, ada: User, bo: User, gus: User, lobby: Room) -> None:
    services.join_room(gus, lobby.pk)
    answer = ask(bo, "GET", f"{lobby.slug}/members")
    assert names(answer) == ["Ada", "Mo", "Bo", "Gus"]
    assert (answer[1]["count"], answer[1]["more"]) == (4, False)
    assert answer[1]["members"][3] == {
        "id": gus.pk,
        "name": "Gus",
        "guest": True,
        "role": "member",
        "muted": None,
        "banned": None,
        "may": [],
    }


def test_a_name_is_found_by_a_part_of_it_whatever_its_case(ask: Ask, bo: User, lobby: Room) -> None:
    assert names(ask(bo, "GET", f"{lobby.slug}/members?find=O")) == ["Mo", "Bo"]
    assert names(ask(bo, "GET", f"{lobby.slug}/members?find=%25")) == []
    assert ask(bo, "GET", f"{lobby.slug}/members?find=%00")[0] == 400
    assert ask(bo, "GET", f"{lobby.slug}/members?find={'x' * 61}")[0] == 413


def test_sanctions_are_told_to_moderators_alone(
    ask: Ask, ada: User, mo: User, bo: User, gus: User, lobby: Room
) -> None:
    services.join_room(gus, lobby.pk)
    services.mute(mo, lobby.pk, gus.pk, in_an_hour(), reason="Shouting")
    path = f"{lobby.slug}/members/{gus.pk}"
    assert ask(mo, "GET", path)[1]["member"]["muted"]["reason"] == "Shouting"
    assert ask(bo, "GET", path)[1]["member"]["muted"] is None
    services.mute(mo, lobby.pk, gus.pk, timezone.now())
    assert ask(mo, "GET", path)[1]["member"]["muted"] is None


def test_moderators_find_who_is_banned_and_nobody_else_does(
    ask: Ask, mo: User, bo: User, gus: User, lobby: Room
) -> None:
    services.ban(mo, lobby.pk, bo.pk, in_an_hour())
    services.remove_member(mo, lobby.pk, bo.pk)
    assert names(ask(mo, "GET", f"{lobby.slug}/members?banned=1")) == ["Bo"]
    assert ask(gus, "GET", f"{lobby.slug}/members?banned=1")[0] == 403


def test_the_list_goes_on_after_a_person(ask: Ask, bo: User, mo: User, lobby: Room) -> None:
    answer = ask(bo, "GET", f"{lobby.slug}/members?limit=1&after={mo.pk}")
    assert (names(answer), answer[1]["more"], "count" in answer[1]) == (["Bo"], False, False)
    assert ask(bo, "GET", f"{lobby.slug}/members?after={2**62}")[0] == 404


def test_a_private_room_tells_nobody_outside_who_is_in_it(ask: Ask, cleo: User, bo: User, den: Room) -> None:
    for path in ("/members", f"/members/{bo.pk}"):
        assert ask(cleo, "GET", den.slug + path)[0] == 404
