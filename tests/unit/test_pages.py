"""The list of rooms, and what all pages share."""

import re
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from chat import overview, services
from chat.models import Room, User
from tests.unit.conftest import SignIn
from tests.unit.saying import in_an_hour, say

pytestmark = pytest.mark.django_db

PAGES = ("/", "/account/", "/rooms/new/", "/rooms/lobby/", "/rooms/lobby/settings/")


def html(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def bos_browser(bo: User, lobby: Room, sign_in: SignIn) -> Client:
    return sign_in(bo)


def test_strangers_are_sent_to_the_door_and_back(client: Client, lobby: Room) -> None:
    for path in (*PAGES, "/rooms/nothing/", "/join/nothing/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/enter/?next={path}")


def test_the_list_shows_ones_rooms_and_others_to_join(ada: User, bo: User, den: Room, sign_in: SignIn) -> None:
    services.create_room(ada, name="Garden")
    context = sign_in(bo).get("/").context
    assert [entry.room.name for entry in context["rooms"]] == ["Den"]
    assert [entry.room.name for entry in context["discover"]] == ["Garden"]


def test_a_private_room_is_nowhere_on_the_list_of_an_outsider(cleo: User, den: Room, sign_in: SignIn) -> None:
    browser = sign_in(cleo)
    assert "Den" not in html(browser.get("/"))
    assert "Den" not in html(browser.get("/", {"q": "Den"})).replace("“Den”", "").replace('value="Den"', "")


def test_who_is_banned_from_here_is_told_so_in_place_of_the_list(bo: User, lobby: Room, sign_in: SignIn) -> None:
    User.objects.filter(pk=bo.pk).update(banned_until=in_an_hour(), ban_reason="Sold boats")
    page = sign_in(bo).get("/").content.decode()
    assert "You are banned from here until" in page and "Sold boats" in page
    assert "Lobby" not in page


def test_a_search_narrows_the_list(bo: User, lobby: Room, den: Room, sign_in: SignIn) -> None:
    context = sign_in(bo).get("/", {"q": "HELLO"}).context
    assert [entry.room.name for entry in context["rooms"]] == ["Lobby"]


@hypothesis_settings(
    max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.text(max_size=150))
def test_any_words_may_be_searched_for(words: str, bos_browser: Client) -> None:
    assert bos_browser.get("/", {"q": words}).status_code == 200


def test_names_and_topics_are_text(ada: User, sign_in: SignIn) -> None:
    services.create_room(ada, name="<b>bold</b>", topic="<script>alert(1)</script>")
    page = html(sign_in(ada).get("/"))
    assert "<b>bold" not in page and "<script>alert" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page


@pytest.mark.parametrize(("path", "most"), [*zip(PAGES, (8, 6, 4, 14, 8), strict=True)])
def test_a_page_costs_a_bounded_number_of_queries(
    path: str, most: int, ada: User, bo: User, lobby: Room, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        say(bo, services.create_room(ada, name=f"Room {number}"))
        services.edit_message(bo, lobby.pk, say(bo, lobby, reply_to=1).seq, "mended")
    browser = sign_in(ada)
    with django_assert_max_num_queries(most):
        assert browser.get(path).status_code == 200


def test_more_rooms_and_messages_cost_no_more_queries(
    ada: User, bo: User, lobby: Room, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    say(bo, lobby, reply_to=1)
    browser = sign_in(ada)
    with CaptureQueriesContext(connection) as few:
        browser.get("/rooms/lobby/")
    for number in range(5):
        say(bo, services.create_room(ada, name=f"Room {number}"))
        say(bo, lobby, reply_to=1)
    with django_assert_num_queries(len(few)):
        browser.get("/rooms/lobby/")


def test_scripts_need_the_nonce_of_this_very_answer(ada: User, lobby: Room, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    nonces = set()
    for path in ("/", "/rooms/lobby/"):
        response = browser.get(path)
        policy = response["Content-Security-Policy"]
        (nonce,) = re.findall(r"'nonce-([^']+)'", policy)
        assert "unsafe" not in policy and "default-src 'none'" in policy
        page = html(response)
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
        assert inline and all(f'nonce="{nonce}"' in tag or "application/json" in tag for tag in inline)
        assert " style=" not in page and "<style" not in page and not re.search(r"\son[a-z]+=", page)
        nonces.add(nonce)
    assert len(nonces) == 2


@pytest.mark.parametrize("path", ["/enter/", "/login/", "/signup/", "/nothing/"])
def test_every_answer_has_the_policy_and_is_framed_by_nobody(path: str, client: Client) -> None:
    response = client.get(path)
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert (response["X-Frame-Options"], response["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_an_address_that_does_not_exist_has_a_page(client: Client, bo: User, sign_in: SignIn) -> None:
    for browser in (client, sign_in(bo)):
        response = browser.get("/nothing/")
        assert (response.status_code, response.templates[0].name) == (404, "404.html")


def test_a_private_room_and_no_room_look_alike(cleo: User, den: Room, sign_in: SignIn) -> None:
    browser = sign_in(cleo)
    private, nothing = (browser.get(f"/rooms/{slug}/") for slug in (den.slug, "no-such-room"))
    assert private.status_code == nothing.status_code == 404
    assert html(private) == html(nothing)


def test_a_refusal_is_a_page_that_says_why(ada: User, bo: User, lobby: Room, sign_in: SignIn) -> None:
    services.ban(ada, lobby.pk, bo.pk, in_an_hour())
    response = sign_in(bo).get("/rooms/lobby/")
    assert (response.status_code, response.templates[0].name) == (403, "403.html")
    assert "banned" in html(response)


def test_a_form_without_its_token_is_refused_with_a_page(bo: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bo)
    response = browser.post("/account/", {"which": "look", "look": "dark"})
    assert (response.status_code, response.templates[0].name) == (403, "403_csrf.html")


def test_a_database_that_is_away_has_a_page(bo: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(user: User) -> Any:
        raise OperationalError("away")

    monkeypatch.setattr(overview, "entries", away)
    response = sign_in(bo).get("/")
    assert (response.status_code, response.templates[0].name) == (503, "offline.html")


def test_a_defect_has_a_page_that_tells_nothing_of_it(
    bo: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(user: User) -> Any:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(overview, "entries", broken)
    browser = sign_in(bo)
    browser.raise_request_exception = False
    response = browser.get("/")
    assert (response.status_code, response.templates[0].name) == (500, "500.html")
    assert "secret detail" not in html(response)


def test_a_host_that_is_not_ours_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_pages_carry_the_name_of_the_place(client: Client, settings: Settings) -> None:
    settings.CHAT_NAME = "Harbour <Chat>"
    assert "Harbour &lt;Chat&gt;" in html(client.get("/enter/"))
