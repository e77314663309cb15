"""Rate limits and places for readers, the same for all transports; each process counts for itself.

Generic cell rate algorithm (ITU-T I.371): one time-stamp a key, no timer, bursts up to the whole allowance.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from math import ceil
from threading import Lock

from django.conf import settings

from .errors import RateLimited, Unavailable

MAX_KEYS = 100_000
"""Keys in memory; past it those whose allowance is full again are forgotten, and all when that is not enough."""

FULL_RETRY_S = 10

Bounds = tuple[int, int, int]
"""Readers of a process, of a person in it, from an address."""

_RATE = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)s\Z")


@lru_cache
def parse_rate(rate: str) -> tuple[int, float]:
    """(allowance, seconds between two when it is used up) of a rate such as `20/10s`; raises ValueError."""
    found = _RATE.match(rate)
    if not found:
        raise ValueError(f"{rate!r} is not a rate such as 20/10s")
    return int(found[1]), int(found[2]) / int(found[1])


class Allowance:
    """One key's allowance, for somebody who needs no other."""

    __slots__ = ("_full_at",)

    def __init__(self) -> None:
        self._full_at = 0.0

    def hit(self, rate: str, now: float) -> float:
        """Takes one: 0, or the seconds to wait when there is none."""
        wait, self._full_at = _take(self._full_at, rate, now)
        return wait


class Limiter:
    """Counts hits by key."""

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}
        self._lock = Lock()

    def hit(self, key: str, rate: str, now: float) -> float:
        """Takes one from the key's allowance: 0, or the seconds to wait when there is none."""
        with self._lock:
            wait, self._full_at[key] = _take(self._full_at.get(key, now), rate, now)
            if len(self._full_at) > MAX_KEYS:
                self._forget(now)
            return wait

    def give_back(self, key: str, rate: str) -> None:
        """Returns one that was taken, of something that is about to be counted again."""
        with self._lock:
            if key in self._full_at:
                self._full_at[key] -= parse_rate(rate)[1]

    def _forget(self, now: float) -> None:
        busy = {name: full for name, full in self._full_at.items() if full > now}
        self._full_at = busy if len(busy) < MAX_KEYS / 2 else {}


def _take(full_at: float, rate: str, now: float) -> tuple[float, float]:
    """(seconds to wait or 0, when the allowance is full again)."""
    allowance, interval = parse_rate(rate)
    full_at = max(full_at, now)
    wait = full_at + interval - now - allowance * interval
    return (wait, full_at) if wait > 1e-9 else (0.0, full_at + interval)


class Readers:
    """Held polls and open sockets of this process, by person and by address. Touched only from its event loop."""

    def __init__(self) -> None:
        self.total = 0
        self._of_person: dict[int, int] = {}
        self._at_address: dict[str, int] = {}

    @contextmanager
    def admit(self, user_id: int, address: str) -> Iterator[None]:
        """Counts one reader while the block lasts; raises what `enter` raises."""
        self.enter(user_id, address)
        try:
            yield
        finally:
            self.leave(user_id, address)

    def enter(self, user_id: int, address: str) -> None:
        """Counts one reader more; raises `RateLimited`, or `Unavailable` when the process is full."""
        bounds = self.bounds()
        if self.enters(user_id, address, bounds):
            return
        if self.total >= bounds[0]:
            raise Unavailable("This server is full. Come back later.", retry_after=FULL_RETRY_S)
        if self._of_person.get(user_id, 0) >= bounds[1]:
            raise RateLimited("Too many open pages of yours. Close some.", retry_after=FULL_RETRY_S)
        raise RateLimited("Too many open pages from your address.", retry_after=FULL_RETRY_S)

    def bounds(self) -> Bounds:
        """What `enter` compares with: of the process, a person, an address."""
        return settings.CHAT_READERS, settings.CHAT_READERS_PER_PERSON, settings.CHAT_READERS_PER_ADDRESS

    def enters(self, user_id: int, address: str, bounds: Bounds) -> bool:
        """The same for who is asked a hundred thousand times a second: False for a refusal."""
        of_person, at_address = self._of_person.get(user_id, 0), self._at_address.get(address, 0)
        if self.total >= bounds[0] or of_person >= bounds[1] or at_address >= bounds[2]:
            return False
        self.total += 1
        self._of_person[user_id] = of_person + 1
        self._at_address[address] = at_address + 1
        return True

    def leave(self, user_id: int, address: str) -> None:
        """Counts one reader less, who had entered. A key that nobody counts for is forgotten."""
        self.total -= 1
        if self._of_person[user_id] == 1:
            del self._of_person[user_id]
        else:
            self._of_person[user_id] -= 1
        if self._at_address[address] == 1:
            del self._at_address[address]
        else:
            self._at_address[address] -= 1


_limiter = Limiter()
readers = Readers()


def check_send(user_id: int) -> None:
    """Messages, edits and deletions of a person; raises `RateLimited`."""
    _check(f"send:{user_id}", settings.CHAT_SEND_RATE)


def give_back_send(user_id: int) -> None:
    """For a message that goes on to where it is counted anew."""
    _limiter.give_back(f"send:{user_id}", settings.CHAT_SEND_RATE)


def check_report(user_id: int) -> None:
    """Reports of a person; raises `RateLimited`."""
    _check(f"report:{user_id}", settings.CHAT_REPORT_RATE)


def check_entry(address: str) -> None:
    """Log-ins, sign-ups and guest entries from an address; raises `RateLimited`."""
    _check(f"entry:{address}", settings.CHAT_ENTRY_RATE)


def check_test(address: str) -> None:
    """Probes of the connection test from an address; raises `RateLimited`."""
    _check(f"test:{address}", settings.CHAT_TEST_RATE)


def check_burst(user_id: int) -> None:
    """Bursts of the lab of a person; raises `RateLimited`."""
    _check(f"burst:{user_id}", settings.CHAT_BURST_RATE)


def _check(key: str, rate: str) -> None:
    wait = _limiter.hit(key, rate, time.monotonic())
    if wait:
        raise RateLimited("Too fast. Wait a moment.", retry_after=ceil(wait))
