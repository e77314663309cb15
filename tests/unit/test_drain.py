"""The drain of a process: it knows what is under way and waits for its end."""

import asyncio
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from chat import feed
from chatproject.drain import Live


class Held:
    """An application that holds every request until it is let go; the hub lets go of all when it drains."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.drained = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.free.wait()

    def drain(self) -> None:
        self.drained += 1
        self.free.set()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    held = Held()
    monkeypatch.setattr(feed, "hub", lambda: held)
    return held


async def requests(live: Live, count: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(live({"type": "http"}, None, None)) for _ in range(count)]
    await asyncio.sleep(0)
    assert live.under_way == count
    return tasks


async def test_a_drain_returns_when_all_is_done(held: Held) -> None:
    live = Live(held)
    tasks = await requests(live, 20)
    await asyncio.wait_for(live.drain(), 1)
    assert (held.drained, live.under_way) == (1, 0)
    await asyncio.gather(*tasks)


async def test_with_nothing_under_way_it_returns_at_once(held: Held) -> None:
    await asyncio.wait_for(Live(held).drain(), 1)
    assert held.drained == 1


async def test_what_does_not_end_is_given_up_after_the_grace(
    held: Held, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CHAT_DRAIN_GRACE_S = 0.05
    monkeypatch.setattr(held, "drain", lambda: None)
    live = Live(held)
    tasks = await requests(live, 2)
    await asyncio.wait_for(live.drain(), 1)
    assert "2 connections did not end in time" in caplog.text
    held.free.set()
    await asyncio.gather(*tasks)


async def test_a_request_that_fails_or_is_cancelled_is_under_way_no_more() -> None:
    async def fail(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError

    live = Live(fail)
    with pytest.raises(ValueError):
        await live({}, None, None)
    assert live.under_way == 0
    held = Live(Held())
    (task,) = await requests(held, 1)
    task.cancel()
    await asyncio.wait([task])
    assert held.under_way == 0


async def test_an_answer_given_while_it_drains_ends_its_connection(held: Held) -> None:
    said: list[dict[str, Any]] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"vary", b"Cookie")]})
        await send({"type": "http.response.body", "body": b"{}"})

    async def keep(event: dict[str, Any]) -> None:
        said.append(event)

    live = Live(answer)
    await live({"type": "http"}, None, keep)
    await live.drain()
    await live({"type": "http"}, None, keep)
    await live({"type": "websocket"}, None, keep)
    headers = [event["headers"] for event in said if "headers" in event]
    kept, ends = [(b"vary", b"Cookie")], [(b"vary", b"Cookie"), (b"connection", b"close")]
    assert headers == [kept, ends, kept]
    assert [event["body"] for event in said if "body" in event] == [b"{}"] * 3
