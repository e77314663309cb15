"""The cast (owner Ada, moderator Mo, member Bo, outsider Cleo, guest Gus, Sam of the staff) and two rooms."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from chat import fanout, lanes, limits, services
from chat.models import Membership, Room, User

SignIn = Callable[[User], Client]
Ask = Callable[..., tuple[int, dict[str, Any]]]
Committed = Callable[[], AbstractContextManager[list[fanout.Event]]]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgresql: test_postgresql.py repeats this on PostgreSQL")


@pytest.fixture(autouse=True)
def surroundings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain names of static files, so that nothing need be collected, and allowances that nobody has used yet."""
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    monkeypatch.setattr(limits, "_limiter", limits.Limiter())


@pytest.fixture
def ada(db: None) -> User:
    """Owns both rooms."""
    return services.sign_up("Ada", None)


@pytest.fixture
def mo(db: None) -> User:
    """Moderates both rooms."""
    return services.sign_up("Mo", None)


@pytest.fixture
def bo(db: None) -> User:
    """Is a member of both rooms."""
    return services.sign_up("Bo", None)


@pytest.fixture
def cleo(db: None) -> User:
    """Has an account and no room."""
    return services.sign_up("Cleo", None)


@pytest.fixture
def gus(db: None) -> User:
    """Came in with a nickname."""
    return services.enter_as_guest("Gus")


@pytest.fixture
def sam(db: None) -> User:
    """Is on the staff and may change rooms; a member of none."""
    user = services.sign_up("Sam", None)
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="change_room"))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def lobby(ada: User, mo: User, bo: User) -> Room:
    """A public room, open to guests."""
    return _staffed(services.create_room(ada, name="Lobby", topic="Say hello"), ada, mo, bo)


@pytest.fixture
def den(ada: User, mo: User, bo: User) -> Room:
    """A private room."""
    return _staffed(services.create_room(ada, name="Den", kind="private"), ada, mo, bo)


@pytest.fixture
def sign_in() -> SignIn:
    """A browser with the session of a person."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def ask(sign_in: SignIn) -> Iterator[Ask]:
    """`ask(person, method, path, body)` below the rooms of the API: (status, answer)."""

    def asked(user: User, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        data = "" if body is None else json.dumps(body)
        response = sign_in(user).generic(method, f"/api/rooms/{path}", data, "application/json")
        return response.status_code, json.loads(response.content)

    yield asked
    async_to_sync(lanes.call)(connections.close_all)


@pytest.fixture
def committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> Committed:
    """A block that commits at its end; gives the events that were told then."""

    @contextmanager
    def block() -> Iterator[list[fanout.Event]]:
        told: list[fanout.Event] = []
        monkeypatch.setattr(fanout, "publish", lambda *events: told.extend(events))
        with django_capture_on_commit_callbacks(execute=True):
            yield told
            assert told == [], "told before the commit"

    return block


def _staffed(room: Room, owner: User, moderator: User, member: User) -> Room:
    services.set_role(owner, room.pk, moderator.pk, Membership.Role.MODERATOR)
    services.set_role(owner, room.pk, member.pk, Membership.Role.MEMBER)
    return Room.objects.get(pk=room.pk)
