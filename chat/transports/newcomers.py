"""Pages that come back, after a restart or when a network is back: admitted together and without Django.

A first poll through the view costs 2.3 ms and, while a thousand are under way, 10 KB of memory that stays. How it is
answered depends on who asks only by who may read, and that `admitting` finds out for many at once; all other headers
are as in any answer to a request of the same host, language and scheme with the same two cookies.
"""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from django.conf import settings

from .. import admitting, feed, wire
from ..access import Reader
from ..admissions import Admission
from ..admitting import Ask
from ..errors import ChatError

_SESSION = re.compile(rb"[a-z0-9]{32}\Z")
_TOKEN = re.compile(rb"[A-Za-z0-9]{32,64}\Z")


class Newcomer(NamedTuple):
    """Who asks for what. `manner`: all that decides how the answer looks, apart from who asks."""

    manner: bytes
    session_key: str
    slug: str
    transport: wire.Transport


def session_in(cookies: list[bytes]) -> str:
    """The session of a request whose cookies are its session and its CSRF token, at most; else none."""
    pairs = [one.partition(b"=")[::2] for one in cookies[0].split(b"; ")] if len(cookies) == 1 else []
    found = dict(pairs)
    session = found.pop(settings.SESSION_COOKIE_NAME.encode(), b"")
    token = found.pop(settings.CSRF_COOKIE_NAME.encode(), None)
    is_plain = not found and len(pairs) == 1 + (token is not None)
    if not is_plain or not _SESSION.match(session) or not (token is None or _TOKEN.match(token)):
        return ""
    return session.decode()


async def admit(newcomer: Newcomer) -> Admission[Reader] | None:
    """The admission that the view would give; None where the view has to say something else, or has not spoken yet."""
    hub, began = feed.hub(), time.monotonic()
    headers = hub.admissions.find_manner(newcomer.manner, began)
    if headers is None or not newcomer.session_key:
        return None
    revision = hub.revision
    try:
        reader, _who = await admitting.admit(Ask(newcomer.session_key, newcomer.slug, newcomer.transport))
        await hub.open(reader.room_id)
    except ChatError:
        return None
    until = began + settings.CHAT_ACCESS_CHECK_S
    return Admission(reader, headers, until, by_view=False) if hub.revision == revision else None
