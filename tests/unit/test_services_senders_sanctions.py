"""Sanctions of people whose sessions are known: the very next send meets them."""

from collections.abc import Iterator
from typing import Any

import pytest

from chat import access, services
from chat.errors import Forbidden
from chat.models import FOR_GOOD, Room, User
from chat.services import Posted, Send, senders
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


SANCTIONS = {
    "muted_until": FOR_GOOD,
    "mute_reason": "Shouting",
    "banned_until": FOR_GOOD,
    "ban_reason": "Sold boats",
}


@pytest.mark.parametrize("field", SANCTIONS)
def test_a_sanction_is_seen_at_once_and_costs_one_check(field: str, key: str, bo: User, checks: list[str]) -> None:
    person(key)
    User.objects.filter(pk=bo.pk).update(**{field: SANCTIONS[field]})
    for _ in range(3):
        assert getattr(person(key), field) == SANCTIONS[field]
    assert checks == [key, key], "once for the person, and once for what has changed"
    User.objects.filter(pk=bo.pk).update(**{field: None if field.endswith("until") else ""})
    assert not getattr(person(key), field)


@pytest.mark.parametrize(("field", "word"), [("muted_until", "muted"), ("banned_until", "banned")])
def test_the_very_next_send_of_the_sanctioned_is_refused(
    field: str, word: str, key: str, bo: User, lobby: Room
) -> None:
    [posted] = services.post_messages([Send(key, lobby.pk, "key-of-one", "hello")])
    assert isinstance(posted, Posted)
    User.objects.filter(pk=bo.pk).update(**{field: FOR_GOOD})
    [refused] = services.post_messages([Send(key, lobby.pk, "key-of-two", "hello")])
    assert isinstance(refused, Forbidden) and word in refused.message
    User.objects.filter(pk=bo.pk).update(**{field: None})
    [again] = services.post_messages([Send(key, lobby.pk, "key-of-three", "hello")])
    assert isinstance(again, Posted)


@pytest.mark.parametrize("service", [services.mute, services.ban])
def test_the_very_next_send_is_told_the_newest_reason(service: Any, key: str, ada: User, bo: User, lobby: Room) -> None:
    for reason in ("Shouting", "Still shouting"):
        service(ada, lobby.pk, bo.pk, FOR_GOOD, reason=reason)
        [refused] = services.post_messages([Send(key, lobby.pk, "key-of-one", "hello")])
        assert isinstance(refused, Forbidden) and refused.message.endswith(f": {reason}")
