"""Who a session is of, checked in full once and compared from then on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from chat import access, services
from chat.errors import NotAuthenticated
from chat.models import FOR_GOOD, Room, User
from chat.services import Posted, Send, senders
from chat.sessions import SessionStore
from tests.unit.conftest import SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def nobody_known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(senders, "_known", {})
    yield


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sessions that were checked in full."""
    seen: list[str] = []
    session_user = access.session_user

    def recorded(key: str) -> User:
        seen.append(key)
        return session_user(key)

    monkeypatch.setattr(access, "session_user", recorded)
    return seen


@pytest.fixture
def key(bo: User, sign_in: SignIn) -> str:
    """A session of Bo."""
    return str(sign_in(bo).session.session_key)


def person(key: str) -> Any:
    return senders.people_of({key})[key]


def test_a_session_is_checked_in_full_once(bo: User, key: str, checks: list[str]) -> None:
    assert [person(key) for _ in range(3)] == [bo] * 3
    assert checks == [key]


def test_many_known_sessions_take_one_query(
    ada: User, bo: User, cleo: User, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys = {str(sign_in(user).session.session_key): user for user in (ada, bo, cleo)}
    senders.people_of(keys)
    with django_assert_num_queries(1):
        assert senders.people_of(keys) == keys


def ended(key: str, bo: User) -> None:
    Session.objects.get(session_key=key).delete()


def run_out(key: str, bo: User) -> None:
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))


def another_password(key: str, bo: User) -> None:
    bo.set_password("another password")
    bo.save()


def closed(key: str, bo: User) -> None:
    User.objects.filter(pk=bo.pk).update(is_active=False)


def emptied(key: str, bo: User) -> None:
    store = SessionStore(key)
    store.clear()
    store.save()


def sessions_ended(key: str, bo: User) -> None:
    User.objects.filter(pk=bo.pk).update(session_round=1)


@pytest.mark.parametrize("change", [ended, run_out, another_password, closed, emptied, sessions_ended])
def test_a_known_session_that_ended_is_refused(change: Any, key: str, bo: User) -> None:
    person(key)
    change(key, bo)
    for _ in range(2):
        assert isinstance(person(key), NotAuthenticated)


def test_another_secret_ends_all_sessions(key: str, settings: Settings) -> None:
    person(key)
    settings.SECRET_KEY = "another secret"
    assert isinstance(person(key), NotAuthenticated)


def test_what_changed_about_a_person_is_seen(key: str, bo: User) -> None:
    assert person(key).username == "Bo"
    services.rename_person(bo, "Bobo")
    assert person(key).username == "Bobo"


def test_permissions_of_staff_are_asked_for_each_time(key: str, bo: User) -> None:
    User.objects.filter(pk=bo.pk).update(is_staff=True)
    assert not access.is_site_moderator(person(key))
    bo.user_permissions.add(Permission.objects.get(codename="change_room"))
    assert access.is_site_moderator(person(key))


@pytest.mark.parametrize("key", ["", "short", "a\x00bcdefgh", "é" * 10, "x" * 41])
def test_what_cannot_be_a_session_is_refused(key: str) -> None:
    assert isinstance(person(key), NotAuthenticated)


def test_a_session_that_changes_while_it_is_checked_is_not_known(
    key: str, bo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_user = access.session_user

    def slow(key: str) -> User:
        user = session_user(key)
        emptied(key, bo)
        return user

    monkeypatch.setattr(access, "session_user", slow)
    assert person(key) == bo
    assert senders._known == {}


def test_a_person_who_changes_while_they_are_checked_is_not_known(
    key: str, bo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_user = access.session_user

    def slow(key: str) -> User:
        user = session_user(key)
        User.objects.filter(pk=bo.pk).update(muted_until=FOR_GOOD)
        return user

    monkeypatch.setattr(access, "session_user", slow)
    assert not person(key).is_muted
    assert senders._known == {}
    assert person(key).is_muted


def test_what_is_known_has_a_bound(
    bo: User, sign_in: SignIn, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "MAX_KNOWN", 2)
    keys = [str(sign_in(bo).session.session_key) for _ in range(3)]
    for key in [*keys, *keys[1:], keys[0]]:
        assert person(key) == bo
    assert checks == [*keys, keys[0]]
    assert len(senders._known) == 2


def test_a_send_may_name_its_session(key: str, bo: User, lobby: Room) -> None:
    [posted] = services.post_messages([Send(key, lobby.pk, "key-of-one", "hello")])
    assert isinstance(posted, Posted) and posted.message.author == bo.to_wire()
    ended(key, bo)
    [refused] = services.post_messages([Send(key, lobby.pk, "key-of-two", "hello")])
    assert isinstance(refused, NotAuthenticated)
