"""What views found out a moment ago: who may read, so that the next request of the same page need not ask again."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import islice
from typing import Any, Generic, NamedTuple

from .channel import Channel
from .fanout import Revoked
from .subscription import R

MAX_KEPT = 40_000
"""Twice as many as a process has readers by default: each may be kept by its request and by the bytes of it."""

MAX_BYTES = 16 * 1024 * 1024
"""Of the bytes by which they are kept."""

DROPPED_AT_ONCE = 2
"""More than come in at once, so that what has run out does not pile up."""

MAX_MANNERS = 64
"""Of requests: hosts, languages and transports."""

Headers = tuple[tuple[bytes, bytes], ...]


class Admission(NamedTuple, Generic[R]):
    """A reader, the headers of the answer that the view gave, and until when that may be relied on.

    `by_view`: a view gave it, in the language of the request; another one serves no answer that tells a reader where
    it stands. For keys that are the bytes of a request, `head`, there is the `address` from which it comes, as limits
    count it, and the `size` of the key.
    """

    reader: R
    headers: Headers
    until: float
    by_view: bool = True
    address: str = ""
    head: Any = None
    size: int = 0

    def holds_in(self, channel: Channel) -> bool:
        """Whether nothing about access has changed in the room since."""
        window = channel.window
        return window.epoch == self.reader.epoch and window.access_version <= self.reader.access_version


class Admissions(Generic[R]):
    """Admissions by request, oldest first. One falls when its time is up, or when its session or person is revoked."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Admission[R]] = {}
        self._manners: dict[Hashable, tuple[Headers, float]] = {}
        self._bytes = 0
        self.revocations = 0

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, key: Hashable, admission: Admission[R], now: float) -> None:
        """Takes it in; what has run out goes, and the oldest one where there are too many."""
        if key in self._kept:
            self._drop(key)
        self._kept[key] = admission
        self._bytes += admission.size
        for oldest, kept in list(islice(self._kept.items(), DROPPED_AT_ONCE)):
            if kept.until <= now or len(self._kept) > MAX_KEPT or self._bytes > MAX_BYTES:
                self._drop(oldest)

    def find(self, key: Hashable, now: float) -> Admission[R] | None:
        """The admission of the same request, while it may be relied on."""
        kept = self._kept.get(key)
        return kept if kept and now < kept.until else None

    def keep_manner(self, manner: Hashable, headers: Headers, until: float) -> None:
        """Keeps how all are answered who ask in that manner, whoever they are."""
        if len(self._manners) >= MAX_MANNERS:
            self._manners.clear()
        self._manners[manner] = headers, until

    def find_manner(self, manner: Hashable, now: float) -> Headers | None:
        headers, until = self._manners.get(manner, ((), 0.0))
        return headers if now < until else None

    def revoke(self, event: Revoked) -> None:
        """Forgets those of the person or the session. What was found before, and has not run out, holds until then."""
        self.revocations += 1
        ended = [key for key, (reader, *_) in self._kept.items() if event.concerns(reader.user_id, reader.session_key)]
        for key in ended:
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        self._bytes -= self._kept.pop(key).size
