"""Long polling: read, else wait once."""

from __future__ import annotations

import random
import re
from typing import NamedTuple

from django.http import HttpResponse

from .. import feed, wire
from ..access import Reader
from ..errors import Invalid
from ..limits import readers
from .http import Call, answer, cursor_param, endpoint, whole_number

MAX_WAIT_S = 55
"""Proxies cut at 60 s."""

JITTER = 0.1
"""Holds that started together must not end together."""

_PAGE = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class LongPoll(NamedTuple):
    """What a long poll asks for; `wait` in seconds."""

    cursor: feed.Cursor | None
    limit: int
    wait: float
    page: str

    @classmethod
    def of(cls, params: dict[str, str]) -> LongPoll:
        """Raises `Invalid`."""
        limit = whole_number(params, "limit", wire.BATCH_LIMIT, 1, feed.MAX_LIMIT)
        wait = whole_number(params, "wait", MAX_WAIT_S, 0, MAX_WAIT_S)
        page = params.get("page", "")
        if page and not _PAGE.match(page):
            raise Invalid("A page has 1 to 64 characters of A-Z, a-z, 0-9, _ and -.", field="page")
        return cls(cursor_param(params), limit, wait, page)

    async def read(self, reader: Reader, revision: int, address: str) -> bytes:
        """The batch, now or within the hold; raises what admission raises, and `RateLimited` for one hold too many."""
        hold = min(self.wait, reader.hold_s * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - spreads load
        with readers.admit(reader.user_id, address):
            return await feed.wait_after(reader, revision, self.cursor, self.limit, hold=hold, page=self.page)


PARAMS = ("after", "limit", "wait", "page")


async def long_poll_room(call: Call, slug: str) -> HttpResponse:
    """`GET longpoll?after=&wait=&limit=&page=`: what is after the cursor, else the next change, else nothing."""
    asked = LongPoll.of(call.params(*PARAMS))
    reader = await call.admit(slug, "longpoll")
    return answer(await asked.read(reader, call.revision, call.address))


long_poll = endpoint(GET=long_poll_room)
