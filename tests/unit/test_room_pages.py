"""The pages of a room."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chat import access, overview, services
from chat.models import Membership, Message, Room, User
from chat.room_pages import Row, rows
from tests.unit.conftest import SignIn
from tests.unit.saying import in_an_hour, say

pytestmark = pytest.mark.django_db


def html(response: Any) -> str:
    return str(response.content.decode())


def drawn(user: User, room: Room) -> list[Row]:
    """The rows of the newest page without the notices, as drawn for somebody."""
    who = access.standing(user, room.slug)
    return [row for row in rows(who, overview.state_of(who)["messages"]) if row.message.kind == "text"]


def test_the_page_holds_the_state_that_scripts_start_from(bo: User, lobby: Room, sign_in: SignIn) -> None:
    message = say(bo, lobby, "</script><b>&")
    response = sign_in(bo).get("/rooms/lobby/")
    state = json.loads(html(response).split('id="state" type="application/json">')[1].split("</script>")[0])
    assert state["messages"][-1]["body"] == "</script><b>&"
    assert state["cursor"] == f"{lobby.epoch}:{message.version}"
    assert state["you"]["name"] == "Bo"


def test_messages_are_text(bo: User, lobby: Room, sign_in: SignIn) -> None:
    say(bo, lobby, "<img src=x onerror=alert(1)> & “quotes”")
    page = html(sign_in(bo).get("/rooms/lobby/"))
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; “quotes”" in page


def test_a_deleted_message_shows_nothing_of_its_text(bo: User, lobby: Room, sign_in: SignIn) -> None:
    secret = say(bo, lobby, "the secret text")
    say(bo, lobby, "what?", reply_to=secret.seq)
    services.delete_message(bo, lobby.pk, secret.seq)
    assert "the secret text" not in html(sign_in(bo).get("/rooms/lobby/"))


def test_ones_own_rows_are_marked(ada: User, bo: User, lobby: Room) -> None:
    say(ada, lobby), say(bo, lobby)
    assert [row.own for row in drawn(bo, lobby)] == [False, True]


def test_a_row_that_continues_its_author_stands_close(ada: User, bo: User, lobby: Room) -> None:
    first = say(ada, lobby)
    say(ada, lobby), say(bo, lobby), say(ada, lobby, reply_to=first.seq)
    late = say(ada, lobby)
    Message.objects.filter(pk=late.pk).update(created_at=late.created_at + timedelta(seconds=overview.GROUP_S + 1))
    assert [row.grouped for row in drawn(ada, lobby)] == [False, True, False, False, False]


def test_the_first_row_of_a_day_says_so(ada: User, lobby: Room) -> None:
    old = say(ada, lobby)
    Message.objects.filter(pk=old.pk).update(created_at=old.created_at - timedelta(days=1))
    say(ada, lobby), say(ada, lobby)
    assert [row.new_day for row in drawn(ada, lobby)][1:] == [True, False]
    assert not drawn(ada, lobby)[1].grouped


def test_the_first_unread_row_of_others_is_marked_once(ada: User, bo: User, lobby: Room) -> None:
    read = say(ada, lobby)
    services.mark_read(bo, lobby.pk, read.seq)
    say(bo, lobby), say(ada, lobby), say(ada, lobby)
    assert [row.first_unread for row in drawn(bo, lobby)] == [False, False, True, False]


def test_visitors_have_nothing_unread(ada: User, cleo: User, lobby: Room) -> None:
    say(ada, lobby)
    assert not any(row.first_unread for row in drawn(cleo, lobby))


def test_a_quote_is_found_beyond_the_page(bo: User, lobby: Room, settings: Any) -> None:
    settings.CHAT_PAGE = 10
    first = say(bo, lobby, "the beginning")
    for _ in range(12):
        say(bo, lobby)
    say(bo, lobby, reply_to=first.seq)
    quote = drawn(bo, lobby)[-1].quote
    assert quote and quote.body == "the beginning"


@pytest.mark.parametrize(
    ("query", "via", "every_ms"),
    [
        ({"via": "automatic"}, "longpoll", 3000),
        ({}, "longpoll", 3000),
        ({"via": "poll"}, "poll", 3000),
        ({"via": "poll", "every": "5000"}, "poll", 5000),
        ({"via": "poll", "every": "10"}, "poll", 3000),
        ({"via": "poll", "every": "99999999"}, "poll", 600_000),
        ({"via": "websocket"}, "longpoll", 3000),
        ({"via": "pigeon", "every": "-1"}, "longpoll", 3000),
        ({"every": "9" * 5000}, "longpoll", 3000),
        ({"every": "\u0665\x00"}, "longpoll", 3000),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_address_chooses_the_transport_where_the_room_allows_it(
    query: dict[str, str], via: str, every_ms: int, ada: User, lobby: Room, sign_in: SignIn
) -> None:
    policy: dict[str, Any] = {"allowed_transports": ["longpoll", "poll"], "default_transport": "longpoll"}
    services.update_room(ada, lobby.pk, poll_interval_ms=3000, **policy)
    context = sign_in(ada).get("/rooms/lobby/", query).context
    assert (context["via"], context["every_ms"]) == (via, every_ms)


@pytest.mark.parametrize(
    ("query", "automatic", "via"),
    [
        ({}, True, "poll"),
        ({"via": "automatic"}, True, "poll"),
        ({"via": "websocket"}, False, "websocket"),
        ({"via": "pigeon"}, False, "poll"),
    ],
    ids=str,
)
def test_a_page_chooses_for_itself_where_its_address_says_nothing(
    query: dict[str, str], automatic: bool, via: str, ada: User, lobby: Room, sign_in: SignIn
) -> None:
    services.update_room(ada, lobby.pk, default_transport="poll")
    context = sign_in(ada).get("/rooms/lobby/", query).context
    assert (context["automatic"], context["via"]) == (automatic, via)


def test_the_rail_shows_ones_rooms_and_the_one_that_is_open(
    ada: User, cleo: User, lobby: Room, sign_in: SignIn
) -> None:
    services.create_room(ada, name="Garden")
    rail = sign_in(cleo).get("/rooms/lobby/").context["rooms"]
    assert [entry.room.name for entry in rail] == ["Lobby"]


@pytest.mark.parametrize("path", ["", "settings/", "join/", "leave/", "invite/"])
def test_an_outsider_finds_nothing_of_a_private_room(path: str, cleo: User, den: Room, sign_in: SignIn) -> None:
    browser = sign_in(cleo)
    ask = browser.get if path in ("", "settings/") else browser.post
    response = ask(f"/rooms/den/{path}")
    assert response.status_code == 404 and "Den" not in html(response)


@pytest.mark.parametrize("path", ["join", "leave", "invite"])
def test_only_forms_change_anything(path: str, cleo: User, lobby: Room, sign_in: SignIn) -> None:
    assert sign_in(cleo).get(f"/rooms/lobby/{path}/").status_code == 405
    assert not Membership.objects.filter(user=cleo).exists()


def test_people_join_and_leave(cleo: User, lobby: Room, sign_in: SignIn) -> None:
    browser = sign_in(cleo)
    assert browser.post("/rooms/lobby/join/")["Location"] == "/rooms/lobby/"
    assert Membership.objects.get(user=cleo).left_at is None
    assert "You left Lobby" in html(browser.post("/rooms/lobby/leave/", follow=True))
    assert Membership.objects.get(user=cleo).left_at


def test_the_last_owner_is_told_why_they_cannot_leave(ada: User, lobby: Room, sign_in: SignIn) -> None:
    response = sign_in(ada).post("/rooms/lobby/leave/")
    assert response.status_code == 403 and "owner" in html(response)


def test_an_invite_leads_in(ada: User, cleo: User, den: Room, sign_in: SignIn) -> None:
    url = sign_in(ada).post("/rooms/den/invite/").context["invite_url"]
    assert url.startswith("http://testserver/join/")
    browser = sign_in(cleo)
    page = browser.get(url)
    assert page.context["room"] == den and not Membership.objects.filter(user=cleo).exists()
    assert browser.post(url)["Location"] == "/rooms/den/"
    assert browser.get("/rooms/den/").status_code == 200


def test_an_invite_says_how_long_it_works_and_for_how_many(ada: User, den: Room, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    answer = browser.post("/rooms/den/invite/", {"days": "1", "max_uses": "3"})
    invite = answer.context["invite"]
    assert invite.max_uses == 3
    assert timedelta(hours=23) < invite.expires_at - timezone.now() <= timedelta(days=1)
    assert "The first 3 people" in html(answer)


@pytest.mark.parametrize("fields", [{"max_uses": "0"}, {"max_uses": "x"}, {"max_uses": "10001"}, {"days": "2"}])
def test_an_invite_that_makes_no_sense_is_not_made(
    fields: dict[str, str], ada: User, den: Room, sign_in: SignIn
) -> None:
    answer = sign_in(ada).post("/rooms/den/invite/", fields)
    assert answer.status_code == 200 and "invite_url" not in answer.context
    assert "field-errors" in html(answer)
    assert not den.invites.exists()


@pytest.mark.parametrize("token", ["unknown", "x" * 500, "%00", "a%00b", "%F0%9F%8E%89"])
def test_an_invite_that_does_not_exist_is_a_page(token: str, cleo: User, sign_in: SignIn) -> None:
    assert sign_in(cleo).get(f"/join/{token}/").status_code == 404


def test_an_invite_does_not_lift_a_ban(ada: User, bo: User, den: Room, sign_in: SignIn) -> None:
    token = services.create_invite(ada, den.pk).token
    services.ban(ada, den.pk, bo.pk, in_an_hour())
    assert sign_in(bo).post(f"/join/{token}/").status_code == 403


@pytest.mark.parametrize(
    "path", ["/rooms/UPPER/", "/rooms/a.b/", "/rooms/%00/", "/rooms/%F0%9F%8E%89/", f"/rooms/{'x' * 900}/"]
)
def test_any_address_of_a_room_is_answered(path: str, bo: User, sign_in: SignIn) -> None:
    assert sign_in(bo).get(path).status_code == 404


@pytest.fixture
def browser(bo: User, lobby: Room, sign_in: SignIn) -> Client:
    return sign_in(bo)


@hypothesis_settings(
    max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.dictionaries(st.sampled_from(["via", "every", "q", "after"]), st.text(max_size=20)))
def test_any_query_is_answered(query: dict[str, str], browser: Client) -> None:
    assert browser.get("/rooms/lobby/", query).status_code == 200
