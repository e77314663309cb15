"""Polling: read."""

from __future__ import annotations

from django.http import HttpResponse

from .. import feed
from .http import Call, answer, cursor_param, endpoint, whole_number

DEFAULT_LIMIT = 100


async def poll_room(call: Call, slug: str) -> HttpResponse:
    """`GET poll?after=&limit=`: everything after the cursor, at once."""
    params = call.params("after", "limit")
    limit = whole_number(params, "limit", DEFAULT_LIMIT, 1, feed.MAX_LIMIT)
    cursor = cursor_param(params)
    reader = await call.admit(slug, "poll")
    return answer(await feed.read_after(reader, call.revision, cursor, limit))


poll = endpoint(GET=poll_room)
