"""The cast: root may all, staff what a test gives them, Ada owns the room, Bo is its member."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from chat import fanout, services
from chat.models import Message, Room, User

Staff = Callable[..., Client]
Told = list[fanout.Event]
Commit = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    """Names of static files without the manifest that collectstatic makes."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the readers of all processes were told."""
    events: Told = []
    monkeypatch.setattr(fanout, "publish", lambda *told: events.extend(told))
    return events


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("Root", password="correct horse 9")


@pytest.fixture
def admin(root: User) -> Client:
    """The admin as root sees it."""
    return signed_in(root)


@pytest.fixture
def staff(db: None) -> Staff:
    """Makes a member of staff with permissions such as `change_room`; gives their browser."""

    def make(*permissions: str, name: str = "Staff") -> Client:
        user = User.objects.create_user(name, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        assert user.user_permissions.count() == len(permissions)
        return signed_in(user)

    return make


@pytest.fixture
def ada(db: None) -> User:
    return services.sign_up("Ada", "correct horse 9")


@pytest.fixture
def bo(db: None) -> User:
    return services.sign_up("Bo", None)


@pytest.fixture
def room(ada: User, bo: User) -> Room:
    room = services.create_room(ada, name="Harbour")
    services.set_role(ada, room.pk, bo.pk, "member")
    return Room.objects.get(pk=room.pk)


@pytest.fixture
def message(room: Room, bo: User) -> Message:
    posted = services.post_message(bo, room.pk, key="k-12345678", body="Boats everywhere")
    return Message.objects.get(room=room, seq=posted.message.seq)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
