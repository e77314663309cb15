"""System checks: a wrong setting is a line with a hint, not a traceback at midnight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

from .limits import parse_rate


@register(Tags.compatibility)
def numbers_in_range(**kwargs: Any) -> list[CheckMessage]:
    """chat.E001: a number that would break waiting or flow control."""
    bounds = {
        "CHAT_HEARTBEAT_S": (1, 55),
        "CHAT_POSITION_CHECK_S": (0.1, 300),
        "CHAT_ACCESS_CHECK_S": (1, 3600),
        "CHAT_LANES": (1, 256),
        "CHAT_PAGE_LANES": (1, 64),
        "CHAT_WINDOW": (1, 100_000),
        "CHAT_PAGE": (10, 200),
        "CHAT_MAX_BODY": (1, 4000),
        "CHAT_PURGE_DAYS": (0, 36_500),
        "CHAT_UNSEEN_MESSAGES": (100, 100_000),
        "CHAT_UNSEEN_BYTES": (65_536, 2**30),
        "CHAT_SEEN_TIMEOUT_S": (1, 300),
        "CHAT_READERS": (1, 1_000_000),
        "CHAT_READERS_PER_PERSON": (1, 1_000_000),
        "CHAT_READERS_PER_ADDRESS": (1, 1_000_000),
        "CHAT_DRAIN_SPREAD_MS": (100, 60_000),
        "CHAT_DRAIN_GRACE_S": (0.1, 60),
    }
    return [
        Error(f"{name} is {getattr(settings, name)}.", hint=f"Give it a value from {low} to {high}.", id="chat.E001")
        for name, (low, high) in bounds.items()
        if not low <= getattr(settings, name) <= high
    ]


@register(Tags.compatibility)
def rates_readable(**kwargs: Any) -> list[CheckMessage]:
    """chat.E002: a rate that cannot be read."""
    found: list[CheckMessage] = []
    for name in ("CHAT_SEND_RATE", "CHAT_REPORT_RATE", "CHAT_ENTRY_RATE", "CHAT_TEST_RATE", "CHAT_BURST_RATE"):
        try:
            parse_rate(getattr(settings, name))
        except ValueError as error:
            found.append(Error(f"{name}: {error}.", hint="Write allowance/seconds, as in 20/10s.", id="chat.E002"))
    return found


@register(Tags.compatibility)
def middleware_is_async(**kwargs: Any) -> list[CheckMessage]:
    """chat.E003: a sync-only middleware holds a thread for as long as a poll is held."""
    return [
        Error(f"{name} is not async-capable.", hint="Held polls would block each other: leave it out.", id="chat.E003")
        for name in settings.MIDDLEWARE
        if not getattr(import_string(name), "async_capable", False)
    ]


@register(Tags.security)
def hosts_named(**kwargs: Any) -> Sequence[CheckMessage]:
    """chat.E004: any host would do, so any page could open a socket."""
    if "*" not in settings.ALLOWED_HOSTS or settings.DEBUG:
        return []
    return [Error("ALLOWED_HOSTS accepts every host.", hint="Name the hosts that people type.", id="chat.E004")]


@register(Tags.security, deploy=True)
def several_processes(**kwargs: Any) -> Sequence[CheckMessage]:
    """chat.W001: PostgreSQL is there for several processes, and those need a layer to wake each other."""
    if settings.REDIS_URL or settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    hint = "Set REDIS_URL; without it, other processes learn of a message only with the position check."
    return [Warning("PostgreSQL without REDIS_URL.", hint=hint, id="chat.W001")]


@register(Tags.security)
def log_format_known(**kwargs: Any) -> Sequence[CheckMessage]:
    """chat.E005: a form of the log that does not exist."""
    if settings.LOG_FORMAT in ("text", "json"):
        return []
    return [Error(f"LOG_FORMAT is {settings.LOG_FORMAT!r}.", hint="Use text or json.", id="chat.E005")]
