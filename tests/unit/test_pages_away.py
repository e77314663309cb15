"""Pages while the database is away altogether: part of `pages`."""

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from chat.models import Room, User
from tests.unit.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/rooms/lobby/", "/account/", "/enter/"])
def test_a_database_that_is_away_altogether_has_a_page(
    path: str, bo: User, lobby: Room, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(bo)
    browser.raise_request_exception = False
    monkeypatch.setattr(CursorWrapper, "execute", away)
    response = browser.get(path)
    assert (response.status_code, response.templates[0].name) == (503, "offline.html")


def test_a_log_in_while_the_database_is_away_has_a_page(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr(CursorWrapper, "execute", away)
    for path, data in (("/login/", {"username": "Ada", "password": "x"}), ("/enter/guest/", {"name": "Gus"})):
        assert client.post(path, data).status_code == 503


def away(*args: object) -> None:
    raise OperationalError("away")
