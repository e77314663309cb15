"""What views found out a moment ago: who may read, so that the next request of the same page need not ask again."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import islice
from typing import Generic, NamedTuple

from .channel import Channel
from .fanout import Revoked
from .subscription import R

MAX_KEPT = 20_000
"""As many as a process has readers by default."""

DROPPED_AT_ONCE = 2
"""More than come in at once, so that what has run out does not pile up."""

Headers = tuple[tuple[bytes, bytes], ...]


class Admission(NamedTuple, Generic[R]):
    """A reader, the headers of the answer that the view gave, and until when that may be relied on."""

    reader: R
    headers: Headers
    until: float

    def holds_in(self, channel: Channel) -> bool:
        """Whether nothing about access has changed in the room since."""
        window = channel.window
        return window.epoch == self.reader.epoch and window.access_version <= self.reader.access_version


class Admissions(Generic[R]):
    """Admissions by request, oldest first. One falls when its time is up, or when its session or person is revoked."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Admission[R]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, key: Hashable, admission: Admission[R], now: float) -> None:
        """Takes it in; what has run out goes, and the oldest one where there are too many."""
        self._kept.pop(key, None)
        self._kept[key] = admission
        for oldest, kept in list(islice(self._kept.items(), DROPPED_AT_ONCE)):
            if kept.until <= now or len(self._kept) > MAX_KEPT:
                del self._kept[oldest]

    def find(self, key: Hashable, now: float) -> Admission[R] | None:
        """The admission of the same request, while it may be relied on."""
        kept = self._kept.get(key)
        return kept if kept and now < kept.until else None

    def revoke(self, event: Revoked) -> None:
        """Forgets those of the person or the session."""
        ended = [key for key, (reader, *_) in self._kept.items() if event.concerns(reader.user_id, reader.session_key)]
        for key in ended:
            del self._kept[key]
