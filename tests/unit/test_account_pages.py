"""The door, signing up, logging in and out, the account."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from chat import services
from chat.models import Room, User
from tests.unit.conftest import SignIn
from tests.unit.saying import say

pytestmark = pytest.mark.django_db

PASSWORD = "a few random words"


def name_of(browser: Client) -> str | None:
    """Who a browser is signed in as."""
    key = browser.session.get("_auth_user_id")
    return User.objects.get(pk=key).username if key else None


def html(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def dana(db: None) -> User:
    """Has a password."""
    return services.sign_up("Dana", PASSWORD)


def test_the_door_has_a_way_for_guests_and_one_for_accounts(client: Client) -> None:
    response = client.get("/enter/", {"next": "/rooms/lobby/"})
    assert response.context["guest_form"] and response.context["login_form"]
    assert html(response).count('name="next" value="/rooms/lobby/"') == 2


def test_where_guests_are_off_the_door_has_no_way_for_them(client: Client, settings: Settings) -> None:
    settings.CHAT_GUESTS = False
    assert client.get("/enter/").context["guest_form"] is None
    client.post("/enter/guest/", {"name": "Gus"})
    assert name_of(client) is None and not User.objects.exists()


def test_who_is_in_is_sent_on_by_the_door(bo: User, sign_in: SignIn) -> None:
    assert sign_in(bo).get("/enter/", {"next": "/account/"})["Location"] == "/account/"


def test_a_guest_comes_in_with_a_nickname(client: Client) -> None:
    response = client.post("/enter/guest/", {"name": " Gus  the Great ", "next": "/rooms/lobby/"})
    assert (response.status_code, response["Location"]) == (302, "/rooms/lobby/")
    assert name_of(client) == "Gus the Great"


def test_a_taken_nickname_is_said_at_its_field(client: Client, ada: User) -> None:
    response = client.post("/enter/guest/", {"name": "ADA"})
    assert response.context["guest_form"].errors["name"]
    assert name_of(client) is None


def test_a_new_account_is_signed_in_at_once(client: Client) -> None:
    response = client.post("/signup/", {"name": "Eve", "password": PASSWORD})
    assert (response.status_code, name_of(client)) == (302, "Eve")
    assert User.objects.get(username="Eve").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("", PASSWORD, "name"),
        ("a\x00b", PASSWORD, "name"),
        ("Dana", PASSWORD, "name"),
        ("Eve", "", "password"),
        ("Eve", "short", "password"),
        ("Eve", "12345678", "password"),
        ("Evelyn the First", "evelyn the first", "password"),
    ],
)
def test_a_bad_account_is_refused_at_its_field(
    name: str, password: str, field: str, client: Client, dana: User
) -> None:
    response = client.post("/signup/", {"name": name, "password": password})
    assert response.status_code == 200 and field in response.context["form"].errors
    assert User.objects.count() == 1


def test_where_accounts_are_made_by_staff_signing_up_is_refused(client: Client, settings: Settings) -> None:
    settings.CHAT_SIGN_UP = False
    assert client.get("/signup/").status_code == 403
    assert client.post("/signup/", {"name": "Eve", "password": PASSWORD}).status_code == 403
    assert "/signup/" not in html(client.get("/enter/"))


def test_who_knows_the_password_comes_in(client: Client, dana: User) -> None:
    response = client.post("/login/", {"username": "Dana", "password": PASSWORD, "next": "/account/"})
    assert (response["Location"], name_of(client)) == ("/account/", "Dana")


@pytest.mark.parametrize(("name", "password"), [("Dana", "wrong"), ("Nobody", PASSWORD), ("Ada", ""), ("\x00", "\x00")])
def test_who_does_not_stays_out(name: str, password: str, client: Client, ada: User, dana: User) -> None:
    assert client.post("/login/", {"username": name, "password": password}).status_code == 200
    assert name_of(client) is None


def test_a_closed_account_stays_out(client: Client, dana: User) -> None:
    dana.is_active = False
    dana.save()
    client.post("/login/", {"username": "Dana", "password": PASSWORD})
    assert name_of(client) is None


def test_tries_to_log_in_are_limited_by_address(client: Client, dana: User, settings: Settings) -> None:
    settings.CHAT_ENTRY_RATE = "2/60s"
    statuses = [client.post("/login/", {"username": "Dana", "password": "wrong"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    response = client.post("/login/", {"username": "Dana", "password": PASSWORD})
    assert response.status_code == 429 and name_of(client) is None
    assert (
        Client(REMOTE_ADDR="192.0.2.7").post("/login/", {"username": "Dana", "password": PASSWORD}).status_code == 302
    )


def test_entries_of_guests_and_accounts_share_that_limit(client: Client, settings: Settings) -> None:
    settings.CHAT_ENTRY_RATE = "1/60s"
    client.post("/enter/guest/", {"name": "Gus"})
    stranger = Client()
    for path, data in (("/enter/guest/", {"name": "Gus II"}), ("/signup/", {"name": "Eve", "password": PASSWORD})):
        assert "Too fast" in html(stranger.post(path, data))
    assert User.objects.count() == 1


def test_the_address_is_the_proxys_word_where_a_proxy_is_named(dana: User, settings: Settings) -> None:
    settings.CHAT_ENTRY_RATE, settings.CHAT_CLIENT_ADDRESS_HEADER = "1/60s", "X-Real-IP"
    wrong = {"username": "Dana", "password": "wrong"}
    statuses = [Client().post("/login/", wrong, headers={"x-real-ip": ip}).status_code for ip in ("1", "2", "1")]
    assert statuses == [200, 200, 429]


def test_a_header_that_no_proxy_sets_changes_nothing(dana: User, settings: Settings) -> None:
    settings.CHAT_ENTRY_RATE = "1/60s"
    wrong = {"username": "Dana", "password": "wrong"}
    statuses = [Client().post("/login/", wrong, headers={"x-real-ip": ip}).status_code for ip in ("1", "2")]
    assert statuses == [200, 429]


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///x", "\x00"])
def test_nobody_is_sent_elsewhere(url: str, client: Client, dana: User) -> None:
    assert client.post("/enter/guest/", {"name": "Gus", "next": url})["Location"] == "/"
    credentials = {"username": "Dana", "password": PASSWORD, "next": url}
    assert Client().post("/login/", credentials)["Location"] == "/"


def test_a_log_out_ends_the_session(dana: User, sign_in: SignIn) -> None:
    browser = sign_in(dana)
    assert browser.post("/logout/")["Location"] == "/enter/"
    assert name_of(browser) is None
    assert User.objects.get(pk=dana.pk).is_active


def test_a_log_out_of_a_guest_ends_the_account_and_frees_the_name(gus: User, lobby: Room, sign_in: SignIn) -> None:
    say(gus, lobby)
    sign_in(gus).post("/logout/")
    assert not User.objects.get(pk=gus.pk).is_active
    assert services.enter_as_guest("Gus")


@pytest.mark.parametrize("path", ["/logout/", "/enter/guest/"])
def test_only_forms_do_that(path: str, bo: User, sign_in: SignIn) -> None:
    browser = sign_in(bo)
    assert browser.get(path).status_code == 405
    assert name_of(browser) == "Bo"


def test_logging_out_twice_is_harmless(client: Client) -> None:
    assert client.post("/logout/").status_code == 302


@hypothesis_settings(
    max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(["/enter/guest/", "/signup/", "/login/"]), data=st.data())
def test_no_form_at_the_door_is_ever_a_server_error(path: str, data: st.DataObject, settings: Settings) -> None:
    settings.CHAT_ENTRY_RATE = "100000/1s"
    fields = ("name", "username", "password", "next", "csrfmiddlewaretoken")
    values = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.just("x" * 5000) | st.just("\x00")
    form = data.draw(st.dictionaries(st.sampled_from(fields), values))
    assert Client().post(path, form).status_code in (200, 302)
