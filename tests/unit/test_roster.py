"""Who is in a room: in which order, page by page, and how they are found."""

import pytest
from pytest_django import DjangoAssertNumQueries

from chat import access, roster, services, wire
from chat.models import Room, User
from tests.unit.saying import in_an_hour

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def names(people: list[wire.Member]) -> list[str]:
    return [person.name for person in people]


def test_pages_hold_everybody_once_those_with_a_role_first(mo: User, bo: User, gus: User, lobby: Room) -> None:
    services.join_room(gus, lobby.pk)
    services.join_room(services.sign_up("anna", None), lobby.pk)
    who, found, more = access.standing_in(bo, lobby), list[wire.Member](), True
    while more:
        page = roster.page(who, "members", "", found[-1].id if found else 0, 2)
        found, more = [*found, *page["members"]], page["more"]
    assert names(found) == ["Ada", "Mo", "anna", "Bo", "Gus"]
    assert roster.count(who) == 5


def test_a_name_is_found_by_any_part_of_it(bo: User, lobby: Room) -> None:
    services.join_room(services.sign_up("Åsa_100%", None), lobby.pk)
    who = access.standing_in(bo, lobby)
    for words, found in (("SA_", ["Åsa_100%"]), ("0%", ["Åsa_100%"]), ("%b", []), ("o", ["Mo", "Bo"])):
        assert names(roster.page(who, "members", words, 0, 50)["members"]) == found


def test_who_is_banned_is_listed_also_after_leaving(mo: User, bo: User, lobby: Room) -> None:
    services.ban(mo, lobby.pk, bo.pk, in_an_hour())
    services.remove_member(mo, lobby.pk, bo.pk)
    who = access.standing_in(mo, lobby)
    assert names(roster.page(who, "banned", "", 0, 50)["members"]) == ["Bo"]
    assert names(roster.page(who, "members", "", 0, 50)["members"]) == ["Ada", "Mo"]


def test_a_page_takes_few_queries_whatever_its_length(
    mo: User, lobby: Room, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        services.join_room(services.sign_up(f"Member {number}", None), lobby.pk)
    who = access.standing_in(mo, lobby)
    with django_assert_max_num_queries(3):
        page = roster.page(who, "members", "member", mo.pk, 200)
    assert len(page["members"]) == 30
