"""The bound on request bodies."""

from typing import Any

import pytest

from chatproject.body_limit import MAX_DISCARD, SLACK, BodyLimit

LIMIT = 1000


class Exchange:
    """One request of the given chunks; `app` reads it to its end and answers what it got."""

    def __init__(self, *chunks: bytes, declared: bytes | None = None) -> None:
        self.events: list[dict[str, Any]] = [
            {"type": "http.request", "body": chunk, "more_body": position < len(chunks) - 1}
            for position, chunk in enumerate(chunks)
        ]
        self.headers = [] if declared is None else [(b"content-length", declared)]
        self.sent: list[dict[str, Any]] = []
        self.taken = 0
        self.reads = 0

    async def run(self) -> "Exchange":
        scope: Any = {"type": "http", "headers": self.headers}
        await BodyLimit(self.app, LIMIT)(scope, self.receive, self.send)
        return self

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                return
            self.taken += len(event["body"])
            more = event["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive(self) -> Any:
        self.reads += 1
        return self.events.pop(0)

    async def send(self, event: Any) -> None:
        self.sent.append(event)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


async def test_a_body_within_the_bound_passes_whole() -> None:
    exchange = await Exchange(b"x" * 600, b"x" * 400, declared=b"1000").run()
    assert (exchange.status, exchange.taken) == (200, 1000)


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    exchange = await Exchange(b"x", declared=str(LIMIT + SLACK + 1).encode()).run()
    assert (exchange.status, exchange.reads) == (413, 0)
    assert b"too_large" in exchange.sent[1]["body"]


async def test_a_body_that_grows_too_large_is_dropped_up_to_a_bound() -> None:
    exchange = await Exchange(*[b"x" * 65_536] * 100).run()
    assert exchange.status == 413
    assert exchange.reads <= (LIMIT + SLACK + MAX_DISCARD) // 65_536 + 2
    assert exchange.taken <= LIMIT + SLACK


async def test_a_body_that_lies_about_its_length_is_stopped_too() -> None:
    assert (await Exchange(*[b"x" * 1000] * 100, declared=b"10").run()).status == 413


@pytest.mark.parametrize("declared", [b"", b"-1", b"1e9", b"x", b"9" * 5000], ids=lambda value: value[:5])
async def test_a_length_that_is_none_is_left_to_the_count(declared: bytes) -> None:
    assert (await Exchange(b"x", declared=declared).run()).status == 200
