"""The log as it was: who follows whom, and what each number stands for."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from ..records import History, Log, State
from .verdict import Verdict


class Book:
    """One life of a room's log, ready for questions."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.states = sorted(log.states, key=lambda state: state.version)
        self.versions = [state.version for state in self.states]
        self.by_version = {state.version: state for state in self.states}
        self.next_version: dict[int, int] = {}
        newest: dict[int, State] = {}
        for state in self.states:
            if state.seq in newest:
                self.next_version[newest[state.seq].version] = state.version
            newest[state.seq] = state
        self.newest = newest

    def between(self, after: int, upto: int) -> list[State]:
        """The states whose change is after a number, up to another."""
        return self.states[bisect_right(self.versions, after) : bisect_right(self.versions, upto)]

    def superseded_by(self, state: State) -> int | None:
        """The number of the change after this one of the same message; None for the newest."""
        return self.next_version.get(state.version)


Books = dict[tuple[int, str], Book]


def books(history: History) -> Books:
    """Each life of each room's log."""
    return {(log.room, log.epoch): Book(log) for log in history.logs}


def check_logs(history: History, all_books: Books, verdict: Verdict) -> None:
    """Every number is one change; every key is one message; nobody's message came from nowhere."""
    sent = {(record.room, record.user, record.key): record.body for record in history.sent}
    for (room, _epoch), book in all_books.items():
        _check_numbers(book, history.unknown_numbers.get(room, 0), verdict)
        created = [state for state in book.states if state.seq == state.version]
        keys = Counter((state.author, state.key) for state in created)
        for (author, key), times in keys.items():
            if times > 1:
                verdict.add("doubled", f"room {room}: key {key} of {author} is {times} messages")
        for state in created:
            if sent and (body := sent.get((room, state.author, state.key))) != state.body:
                verdict.add("diverged", f"room {room}: {state} was sent as {body!r}")


def _check_numbers(book: Book, unknown: int, verdict: Verdict) -> None:
    """`unknown`: changes without a message that may have been made, as far as we could see."""
    used = Counter(state.version for state in book.states)
    for number, times in used.items():
        if times > 1:
            verdict.add("doubled", f"room {book.log.room}: number {number} is {times} changes")
    holes = set(range(1, book.log.last + 1)) - set(used) - book.log.others
    if len(holes) > unknown:
        verdict.add("hole", f"room {book.log.room}: nothing has the numbers {sorted(holes)[:10]}")
