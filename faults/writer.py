"""The writing side of a page: an outbox with keys, sent in order, again and again until there is an answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.drivers import Driver
from tests.support.people import Refused

from .backoff import Backoff
from .links import LOST, REQUEST_S, is_final
from .page import Page
from .records import Acknowledged, Sent, State

Attempt = Callable[[Driver], Awaitable[dict[str, Any]]]
EDITS = 0.12
DELETES = 0.06
WAIT_S = 1.0


class Writer:
    """Writes at random moments, `rate` times a second on average."""

    def __init__(self, page: Page, rate: float, seed: str) -> None:
        self.page = page
        self.rate = rate
        self.random = random.Random(seed)
        self.busy = False
        self.writing = True
        self._backoff = Backoff(self.random)
        self._count = 0
        self._mine: list[int] = []

    @property
    def acts(self) -> bool:
        """Whether something is under way that will come to an end."""
        return self.busy and not self.page.out

    async def run(self) -> None:
        """Write until told to stop; what has been begun is brought to its end first."""
        while self.writing:
            await asyncio.sleep(self.random.expovariate(self.rate))
            if self.writing and self.page.admitted.is_set():
                self.busy = True
                await self._write()
                self.busy = False

    async def _write(self) -> None:
        choice = self.random.random()
        if choice < EDITS and self._mine:
            seq, body = self.random.choice(self._mine[-30:]), self._words()
            await self._settle(lambda link: link.edit(seq, body), created=False)
        elif choice < EDITS + DELETES and self._mine:
            seq = self._mine.pop(self.random.randrange(len(self._mine)))
            await self._settle(lambda link: link.delete(seq), created=False)
        else:
            await self._send()

    async def _send(self) -> None:
        key, body = f"{self.page.person.id}-{self._count:06d}", self._words()
        history = self.page.history
        history.sent.append(Sent(history.tick(), self.page.room, self.page.person.id, key, body))
        state = await self._settle(lambda link: link.send(key, body), created=True)
        if state:
            self._mine.append(state.seq)

    def _words(self) -> str:
        self._count += 1
        return f"{self.page.person.name} {self._count} {'x' * self.random.choice((1, 5, 40, 40, 300, 3000))}"

    async def _settle(self, attempt: Attempt, created: bool) -> State | None:
        """Try until there is an answer: the message, or None for a refusal. Backs off in between."""
        while True:
            try:
                return self._acknowledge(await self._try(attempt), created)
            except Refused as refused:
                if is_final(refused) or refused.code in ("invalid", "conflict"):
                    self._refused(refused)
                    return None
                asked = refused.retry_after or 0
            except LOST:
                asked = 0
            await asyncio.sleep(self._backoff.pause(asked))

    async def _try(self, attempt: Attempt) -> dict[str, Any]:
        """One attempt over whatever link is there; LOST when there is none or it does not answer."""
        async with asyncio.timeout(REQUEST_S):
            await self.page.linked.wait()
            link = self.page.link
            if link is None:
                raise TimeoutError("no link")
            return await attempt(link)

    def _acknowledge(self, message: dict[str, Any], created: bool) -> State:
        self._backoff.reset()
        page, state = self.page, State.of(message)
        record = Acknowledged(page.history.tick(), page.room, page.person.id, state, created)
        page.history.acknowledged.append(record)
        return state

    def _refused(self, refused: Refused) -> None:
        """`not_found` and `forbidden` also say that a restore took the message away; reading tells the rest."""
        if refused.code in ("invalid", "conflict", "not_authenticated"):
            self.page.history.unsettled.append(f"{self.page.person.name} was told {refused}: {refused.said}")
