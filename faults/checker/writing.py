"""Writers: what was acknowledged is in the log, once, in the order in which one page sent it."""

from __future__ import annotations

from collections import defaultdict

from ..records import Acknowledged, History, State
from .logs import Book, Books
from .verdict import Verdict


def check_writing(history: History, all_books: Books, verdict: Verdict) -> None:
    """Nothing acknowledged is lost, but for what a restore took away."""
    lives: dict[int, list[Book]] = defaultdict(list)
    for (room, _epoch), book in all_books.items():
        lives[room].append(book)
    last = {room: books[-1] for room, books in lives.items()}
    kept = {room: {(state.author, state.key) for state in book.states} for room, book in last.items()}
    for record in history.acknowledged:
        if not any(_agrees(record.state, book) for book in lives[record.room]):
            verdict.add("lost", f"room {record.room}: the log never had {record.state}, which was acknowledged")
        who = (record.state.author, record.state.key)
        if who not in kept.get(record.room, set()) and who not in history.removed.get(record.room, set()):
            verdict.add("lost", f"room {record.room}: {record.state} was acknowledged and is gone")
    for room, book in last.items():
        _check_own_order(history, room, book, verdict)


def _agrees(state: State, book: Book) -> bool:
    return book.by_version.get(state.version) == state


def _check_own_order(history: History, room: int, book: Book, verdict: Verdict) -> None:
    """A page sends one message after the other, so they stand in that order."""
    placed = {(state.author, state.key): state.seq for state in book.states if state.seq == state.version}
    newest: dict[int, Acknowledged] = {}
    gone = history.removed.get(room, set())
    for record in history.acknowledged:
        who = (record.state.author, record.state.key)
        # A key that a restore took away may be sent again, and is then a later message.
        if record.room != room or not record.created or who not in placed or who in gone:
            continue
        before = newest.get(record.user)
        if before and placed[before.state.author, before.state.key] > placed[who]:
            verdict.add("out of order", f"room {room}: {record.user} sent {before.state.seq} before {record.state.seq}")
        newest[record.user] = record
