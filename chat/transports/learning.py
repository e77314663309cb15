"""What is kept of a view's answer to a poll: whom it admitted, and how such polls are answered."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from .. import feed
from ..access import Reader
from ..addresses import address_of_scope
from ..admissions import Admission, Headers
from .asked import HEAD, Head
from .http import ADMITTED
from .long_polling import LongPoll
from .newcomers import Newcomer
from .polling import Poll


class Asked(NamedTuple):
    """A poll, and the key under which the view's admission of the like of it is kept."""

    poll: Poll | LongPoll
    key: bytes
    newcomer: Newcomer


def learning(scope: Any, send: Any, asked: Asked | None) -> Any:
    """Keeps the admission of a view that answers, and how it answered."""
    began = time.monotonic()

    async def sending(event: Any) -> None:
        if event["type"] == "http.response.start" and event["status"] in (200, 201) and ADMITTED in scope:
            reader, revision = scope.pop(ADMITTED)
            headers = tuple((bytes(name), bytes(value)) for name, value in event["headers"])
            hub = feed.hub()
            if hub.revision == revision and not any(name == b"Set-Cookie" for name, _value in headers):
                until = began + settings.CHAT_ACCESS_CHECK_S
                admission = Admission(reader, _shared(headers), until)
                if asked is not None:
                    _keep(asked, admission)
                keep_for_lane(scope, admission)
        await send(event)

    return sending


def _keep(asked: Asked, admission: Admission[Reader]) -> None:
    """Keeps who was admitted, and how others are answered who come in the same manner."""
    admissions = feed.hub().admissions
    admissions.keep(asked.key, admission, time.monotonic())
    if asked.newcomer.session_key:
        admissions.keep_manner(asked.newcomer.manner, admission.headers, admission.until)


@lru_cache(maxsize=64)
def _shared(headers: Headers) -> Headers:
    """One for all who are answered alike: they are some 2 KB."""
    return headers


def keep_for_lane(scope: Any, admission: Admission[Reader]) -> None:
    """Keeps it for the very bytes of the request as well, where the server tells them."""
    head: Head | None = scope["extensions"].get(HEAD) if "extensions" in scope else None
    hub, now = feed.hub(), time.monotonic()
    if head is not None and hub.admissions.find(head, now) is None:
        kept = admission._replace(address=address_of_scope(scope), head=head, size=len(head.tail))
        hub.admissions.keep(head, kept, now)
