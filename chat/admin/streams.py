"""Files that are made while they are sent: none is held in memory, and no lane waits for a slow reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from .. import exports, lanes


def download(request: HttpRequest, rows: QuerySet[Any], form: exports.Form, name: str) -> StreamingHttpResponse:
    """The rows as a file of that form and name."""
    # Under ASGI Django would read a plain iterator to its end before it sends anything.
    pieces = _in_lanes(rows, form) if isinstance(request, ASGIRequest) else exports.chunks(rows, form)
    return StreamingHttpResponse(
        pieces,
        content_type=form.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _in_lanes(rows: QuerySet[Any], form: exports.Form) -> AsyncIterator[str]:
    yield form.head
    last: int | None = 0
    while last is not None:
        text, last = await lanes.pages.call(exports.chunk, rows, form, last)
        yield text
