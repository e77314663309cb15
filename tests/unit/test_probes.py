"""The connection test's endpoints: their limits, and what a stop of the server does to them."""

import asyncio
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.test import AsyncClient
from pytest_django.fixtures import Settings

from chat import feed, limits
from chat.errors import Restarting
from chat.transports import echo, probes

ROOT = "/api/connection-test"


@pytest.fixture
def asker() -> AsyncClient:
    return AsyncClient()


async def test_no_database_is_asked(asker: AsyncClient) -> None:
    """Without `db` a query would fail the test."""
    asker.cookies["sessionid"] = "x" * 32
    assert (await asker.get(f"{ROOT}/plain")).status_code == 200
    assert (await asker.post(f"{ROOT}/size", b"x", content_type="text/plain")).json() == {"bytes": 1, "body": "x"}


@pytest.mark.parametrize("path", ["plain", "hold?seconds=1", "pieces"])
async def test_an_address_may_ask_only_so_often(asker: AsyncClient, settings: Settings, path: str) -> None:
    settings.CHAT_TEST_RATE = "1/60s"
    assert (await asker.get(f"{ROOT}/plain")).status_code == 200
    answer = await asker.get(f"{ROOT}/{path}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


async def test_a_hold_counts_as_a_reader_for_as_long_as_it_lasts(
    asker: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    async def rest(seconds: float) -> None:
        counted.append(limits.readers.total)

    monkeypatch.setattr(probes, "rest", rest)
    before = limits.readers.total
    assert (await asker.get(f"{ROOT}/hold?seconds=50")).json() == {"held_s": 50}
    assert counted == [before + 1] and limits.readers.total == before


class Draining:
    draining = True


async def test_a_server_that_stops_ends_a_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "hub", Draining)
    with pytest.raises(Restarting):
        await asyncio.wait_for(probes.rest(50), 5)


async def test_a_server_that_stops_ends_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "LOOK_EVERY_S", 0.01)
    line = WebsocketCommunicator(echo.EchoConsumer.as_asgi(), "/ws/connection-test/", headers=[(b"host", b"localhost")])
    assert (await line.connect())[0]
    assert '"hello"' in await line.receive_from()
    monkeypatch.setattr(feed, "hub", Draining)
    assert '"restarting"' in await line.receive_from()
    assert await closed(line) == 4412


async def test_a_socket_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "LIFE_S", 0.01)
    line = WebsocketCommunicator(echo.EchoConsumer.as_asgi(), "/ws/connection-test/", headers=[(b"host", b"localhost")])
    before = limits.readers.total
    assert (await line.connect())[0]
    assert '"hello"' in await line.receive_from()
    assert await closed(line) == 1000
    assert limits.readers.total == before


async def closed(line: Any) -> int:
    event = await line.receive_output()
    assert event["type"] == "websocket.close"
    return int(event["code"])
