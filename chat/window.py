"""A window of a room's recent changes, as bytes."""

from __future__ import annotations

from itertools import takewhile

from .wire import ACCESS, ROOM, Batch, Change, Slice, batch, fitting

MAX_BATCHES = 64
"""Different batches kept between two changes; readers are level or nearly so, others are served all the same."""


class Window:
    """Every change after `start` up to `end`, each message in its newest state.

    Bound: `size` changes; past it the oldest goes and `start` moves up, so a reader further back reads the log.
    """

    def __init__(self, size: int, epoch: str, end: int, access_version: int) -> None:
        self.size = size
        self.epoch = epoch
        self.start = self.end = end
        self.access_version = access_version
        self._changes: dict[int, Change] = {}
        self._batches: dict[tuple[int, int, bool], Batch] = {}

    def append(self, change: Change) -> bool:
        """Takes the change when it is the next number; says whether it did."""
        if change.number != self.end + 1:
            return False
        self._put(change)
        self.end = change.number
        if change.seq == ACCESS:
            self.access_version = change.number
        return True

    def extend(self, part: Slice) -> None:
        """Takes what was read from the log after `end`; what it holds already stays."""
        if part.epoch != self.epoch or part.start > self.end:
            raise ValueError("a slice of another log")
        for change in part.changes:
            if change.number > self.end:
                self._put(change)
        self.end = max(self.end, part.end)
        self.access_version = max(self.access_version, part.access_version)

    def forget(self, seq: int) -> None:
        """Lets go of messages up to a place, which the log has no more."""
        gone = [place for place in self._changes if ROOM < place <= seq]
        for place in gone:
            del self._changes[place]
        if gone:
            self._batches.clear()

    @property
    def back(self) -> int:
        """From where it may hold what came before it: half of it stays free for what comes after."""
        return max(0, self.end - self.size // 2)

    def may_begin_after(self, number: int) -> bool:
        return self.back <= number < self.start

    def reach_back(self, part: Slice) -> None:
        """Takes all that was read from the log after an earlier number; what it holds already stays."""
        self.extend(part)
        self.start = min(self.start, part.start)
        changes = {change.number: change for change in (*part.changes, *self._changes.values())}
        self._changes = {}
        for number in sorted(changes):
            self._put(changes[number])

    def after(self, number: int, limit: int) -> Slice | None:
        """At most `limit` changed messages after a number; None when the window does not reach that far."""
        if not self.start <= number <= self.end:
            return None
        newer = takewhile(lambda change: change.number > number, reversed(self._changes.values()))
        changes = [change for change in newer if change.seq != ACCESS][::-1]
        cut = fitting(changes, limit)
        end = changes[cut - 1].number if cut < len(changes) else self.end
        return Slice(self.epoch, number, end, self.access_version, changes[:cut], behind=self.end - end)

    def batch(self, part: Slice) -> Batch:
        """The batch for a slice of this window: put together once for all readers that are level."""
        place = (part.start, part.end, part.more)
        known = self._batches.get(place)
        if known is None:
            if len(self._batches) >= MAX_BATCHES:
                self._batches.clear()
            known = self._batches[place] = batch(part)
        return known

    def _put(self, change: Change) -> None:
        self._batches.clear()
        self._changes.pop(change.seq, None)
        self._changes[change.seq] = change
        while len(self._changes) > self.size:
            oldest = self._changes.pop(next(iter(self._changes)))
            self.start = oldest.number
