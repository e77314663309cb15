"""Alive, and able to serve."""

from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connections
from django.test import Client

from chat import feed, health, lanes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def lanes_closed() -> Iterator[None]:
    """The connections of the lanes end with the test."""
    yield
    async_to_sync(lanes.call)(connections.close_all)


def away() -> None:
    raise OperationalError("away")


def test_a_process_that_answers_is_alive(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_ask_database", away)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_it_is_ready_when_the_database_answers(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok"})


def test_it_is_not_ready_when_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_ask_database", away)
    assert client.get("/readyz").status_code == 503


def test_it_is_not_ready_when_it_goes_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "hub", DrainingHub)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "draining"})


class DrainingHub:
    """What is asked of a hub whose process goes down."""

    draining = True
    revision = 0
