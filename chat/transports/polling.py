"""Polling: read."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpResponse

from .. import feed, wire
from ..access import Reader
from .http import Call, answer, cursor_param, endpoint, whole_number


class Poll(NamedTuple):
    """What a poll asks for."""

    cursor: feed.Cursor | None
    limit: int

    @classmethod
    def of(cls, params: dict[str, str]) -> Poll:
        """Raises `Invalid`."""
        limit = whole_number(params, "limit", wire.BATCH_LIMIT, 1, feed.MAX_LIMIT)
        return cls(cursor_param(params), limit)

    async def read(self, reader: Reader, revision: int, address: str) -> bytes:
        """The batch; raises what admission raises. Who polls takes no place, so the address does not matter."""
        return await feed.read_after(reader, revision, self.cursor, self.limit)


PARAMS = ("after", "limit")


async def poll_room(call: Call, slug: str) -> HttpResponse:
    """`GET poll?after=&limit=`: everything after the cursor, at once."""
    asked = Poll.of(call.params(*PARAMS))
    reader = await call.admit(slug, "poll")
    return answer(await asked.read(reader, call.revision, call.address))


poll = endpoint(GET=poll_room)
