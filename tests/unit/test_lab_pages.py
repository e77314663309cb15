"""The pages about the transports: who sees them, and what GET leaves alone."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from chat import services
from chat.models import Room, User
from tests.unit.conftest import SignIn

pytestmark = pytest.mark.django_db


def test_anybody_may_test_their_connection(client: Client, settings: Settings) -> None:
    settings.CHAT_HEARTBEAT_S = 17
    page = client.get("/connection-test/").content.decode()
    assert 'data-quiet="17"' in page and "<noscript>" in page


def test_the_lab_is_for_people_who_are_signed_in(client: Client) -> None:
    assert client.get("/lab/")["Location"] == "/enter/?next=/lab/"


def test_guests_are_told_that_it_is_not_for_them(sign_in: SignIn, gus: User) -> None:
    client = sign_in(gus)
    assert client.get("/lab/").status_code == client.post("/lab/").status_code == 403
    assert b'href="/lab/"' not in client.get("/").content


def test_looking_makes_no_room_and_asking_makes_one(sign_in: SignIn, ada: User) -> None:
    client = sign_in(ada)
    assert b"Open my lab" in client.get("/lab/").content
    assert not Room.objects.exists()
    assert client.post("/lab/")["Location"] == "/lab/"
    page = client.get("/lab/").content.decode()
    assert f'data-slug="{Room.objects.get().slug}"' in page and "Open my lab" not in page


def test_who_is_banned_everywhere_gets_no_lab(sign_in: SignIn, ada: User) -> None:
    services.open_lab(ada)
    client = sign_in(ada)
    ada.banned_until = "2999-01-01T00:00:00Z"
    ada.save()
    assert client.get("/lab/").status_code == 403
