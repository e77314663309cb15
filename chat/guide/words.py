"""What is written beside the arrows of a time-line."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .recording import Trace

CURSOR = re.compile(r"[?&]after=[^:]*:(\d+)")
WAIT = re.compile(r"[?&]wait=(\d+)")


def transport(via: str) -> str:
    names = {"poll": _("polling"), "longpoll": _("long polling"), "websocket": _("WebSocket")}
    return names[via]


def question(trace: Trace) -> str:
    """Of a request or a handshake."""
    cursor = CURSOR.search(trace.what)
    if trace.kind == "handshake":
        return _("Upgrade, after %(number)s") % {"number": cursor[1] if cursor else "?"}
    if not cursor:
        return _("Store this") if trace.what.startswith("POST") else _("What is the room like?")
    wait = WAIT.search(trace.what)
    if wait and wait[1] != "0":
        return _("After %(number)s? I can wait %(seconds)s\u00a0s") % {"number": cursor[1], "seconds": wait[1]}
    return _("After %(number)s?") % {"number": cursor[1]}


def answer(trace: Trace) -> str:
    """Of an answer, with its status."""
    if not trace.status:
        return _("let go by the page")
    return f"{trace.status}: {_answered(trace)}"


def _answered(trace: Trace) -> str:
    if trace.kind == "handshake":
        return _("the line is open")
    if trace.what.startswith("POST"):
        return _("stored")
    return messages(trace.messages) if trace.asks else _("the room")


def frame(trace: Trace) -> str:
    """Its type as it is on the wire, with what it brings."""
    return f"{trace.what}: {messages(trace.messages)}" if trace.what == "batch" else trace.what


def messages(count: int) -> str:
    if not count:
        return _("nothing new")
    return ngettext("%(count)d message", "%(count)d messages", count) % {"count": count}


def mark(what: str, following: str) -> str:
    """Something that happened at one side, by itself. `following`: the transport of the hand-over."""
    words = {"written": _("Somebody writes"), "send": _("You write"), "switch": _("Over to %(transport)s")}
    return words[what] % {"transport": transport(following)}
