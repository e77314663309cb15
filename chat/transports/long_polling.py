"""Long polling: read, else wait once."""

from __future__ import annotations

import random
import re

from django.http import HttpResponse

from .. import feed
from ..addresses import address_of
from ..errors import Invalid
from ..limits import readers
from .http import Call, answer, cursor_param, endpoint, whole_number
from .polling import DEFAULT_LIMIT

MAX_WAIT_S = 55
"""Proxies cut at 60 s."""

JITTER = 0.1
"""Holds that started together must not end together."""

_PAGE = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


async def long_poll_room(call: Call, slug: str) -> HttpResponse:
    """`GET longpoll?after=&wait=&limit=&page=`: what is after the cursor, else the next change, else nothing."""
    params = call.params("after", "limit", "wait", "page")
    limit = whole_number(params, "limit", DEFAULT_LIMIT, 1, feed.MAX_LIMIT)
    wait = whole_number(params, "wait", MAX_WAIT_S, 0, MAX_WAIT_S)
    page = params.get("page", "")
    if page and not _PAGE.match(page):
        raise Invalid("A page has 1 to 64 characters of A-Z, a-z, 0-9, _ and -.", field="page")
    cursor = cursor_param(params)
    reader = await call.admit(slug, "longpoll")
    hold = min(wait, reader.hold_s * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - spreads load, no secret
    with readers.admit(reader.user_id, address_of(call.request)):
        return answer(await feed.wait_after(reader, call.revision, cursor, limit, hold=hold, page=page))


long_poll = endpoint(GET=long_poll_room)
