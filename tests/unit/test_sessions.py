"""The person behind a session."""

import pytest
from django.test import Client

from chat import access
from chat.errors import NotAuthenticated
from chat.models import Room, User
from tests.unit.signed_in import session_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_session_names_its_person(bo: User) -> None:
    assert access.session_user(session_of(bo)) == bo


@pytest.mark.parametrize(
    "key", ["", "x", "unknown-session", "a" * 32, "a" * 500, "abcdefgh\x00", "sëssion-key", "\ud800" * 9]
)
def test_any_other_key_is_no_session(key: str, bo: User) -> None:
    with pytest.raises(NotAuthenticated):
        access.session_user(key)


def test_a_closed_account_has_no_session(bo: User) -> None:
    key = session_of(bo)
    bo.is_active = False
    bo.save()
    with pytest.raises(NotAuthenticated):
        access.session_user(key)


def test_another_password_ends_the_sessions_before_it(bo: User) -> None:
    key = session_of(bo)
    bo.set_password("a few other words")
    bo.save()
    with pytest.raises(NotAuthenticated):
        access.session_user(key)


@pytest.mark.parametrize("key", ['"abcdefgh\\000"', "short", '"\\377\\377\\377\\377\\377\\377\\377\\377"', "a" * 300])
def test_a_page_takes_any_cookie_for_a_stranger(key: str, lobby: Room) -> None:
    answer = Client().get(lobby.get_absolute_url(), headers={"cookie": f"sessionid={key}"})
    assert answer.status_code == 302
