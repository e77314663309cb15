"""The messages that all clients read: a stock ticker, posted at a rate, within what the site allows."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from .http import Answer, Connection
from .tally import Sent
from .visitors import Refused, Visitor

GOOD = {200, 201}
LATER = {429, 503}
TICKERS = ("HARB", "MILL", "QUAY", "FERN")


@dataclass
class Feed:
    """Posts until `ends` (of the run's clock), or until `stop` is set.

    `sent`: when each message was sent that was not refused. `held`: seconds for which the site's limits held one back.
    """

    slug: str
    rate: float
    ends: float
    stop: asyncio.Event
    sent: Sent = field(default_factory=dict)
    held: list[float] = field(default_factory=list)

    def due(self) -> Iterator[float]:
        """Times of the run's clock, out of step with whoever asks at regular intervals."""
        at = time.perf_counter()
        while at < self.ends:
            yield at
            at += random.uniform(0.5, 1.5) / self.rate  # noqa: S311

    async def run(self, people: list[Visitor], told: Callable[[], None]) -> None:
        """Everybody takes the next message that is due; `told` is called after each.

        Raises `Refused` when a message is refused for good.
        """
        due = self.due()
        try:
            async with asyncio.TaskGroup() as group:
                for person in people:
                    group.create_task(self._post_all(person, due, told))
        except* Refused as refused:
            raise refused.exceptions[0] from None

    async def _post_all(self, person: Visitor, due: Iterator[float], told: Callable[[], None]) -> None:
        connection = Connection(person.url)
        try:
            for at in due:
                if await self._wait(at - time.perf_counter()) or time.perf_counter() >= self.ends:
                    return
                await self._post(person, connection)
                told()
        finally:
            connection.close()

    async def _post(self, person: Visitor, connection: Connection) -> None:
        key, body = secrets.token_hex(8), quote_of(len(self.sent))
        data = json.dumps({"key": key, "body": body}).encode()
        headers = f"{person.writing}Content-Type: application/json\r\n"
        while not self.stop.is_set() and time.perf_counter() < self.ends:
            self.sent.setdefault(key, time.perf_counter())
            try:
                answer = await connection.ask("POST", f"/api/rooms/{quote(self.slug)}/messages", headers, data)
            except OSError:
                # It may have been stored: the key stays, and the next try cannot double it.
                await self._wait(1)
                continue
            if answer.status in GOOD:
                return
            del self.sent[key]
            if answer.status not in LATER:
                raise Refused(f"A message was refused: HTTP {answer.status} {said(answer)}")
            self.held.append(answer.retry_after_s)
            await self._wait(answer.retry_after_s)

    async def _wait(self, seconds: float) -> bool:
        """True as soon as the run is to stop."""
        try:
            await asyncio.wait_for(self.stop.wait(), max(0.0, seconds))
        except TimeoutError:
            return False
        return True


def quote_of(number: int) -> str:
    """A line of the ticker."""
    name = TICKERS[number % len(TICKERS)]
    return f"{name} {100 + random.gauss(0, 3):.2f} ({random.gauss(0, 1):+.2f} %)"


def said(answer: Answer) -> str:
    """The sentence of a refusal; nothing when it is not of the protocol."""
    body = answer.json
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("message", "")) if isinstance(error, dict) else ""
