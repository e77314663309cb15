"""Who was kept out got nothing that was written later; who was not kept out was let in."""

from __future__ import annotations

from collections import defaultdict

from ..records import Delivered, History, Sanction
from .logs import Books
from .verdict import Verdict

OUT = {"forbidden", "not_found"}
"""What somebody who is kept out is told; any other final refusal is wrong."""


def check_access(history: History, all_books: Books, verdict: Verdict) -> None:
    """By numbers of the log alone: of a life of the log, and of later lives while the sanction lasts."""
    sanctions: dict[tuple[int, int], list[Sanction]] = defaultdict(list)
    for sanction in history.sanctions:
        sanctions[sanction.room, sanction.user].append(sanction)
    lives = _lives(history)
    for record in history.delivered:
        for sanction in sanctions.get((record.room, record.user), ()):
            _check_delivery(record, sanction, lives, verdict)
    for sanction in history.sanctions:
        _check_silence(sanction, all_books, verdict)
    for refusal in history.refusals:
        theirs = sanctions.get((refusal.room, refusal.user), ())
        if refusal.code not in OUT or not any(sanction.at < refusal.at for sanction in theirs):
            verdict.add("refused", f"room {refusal.room}: {refusal.user} was told {refusal.code}")


def _lives(history: History) -> dict[tuple[int, str], int]:
    """Which life of its room each epoch is: 0, 1, …"""
    count: dict[int, int] = defaultdict(int)
    lives = {}
    for log in history.logs:
        lives[log.room, log.epoch] = count[log.room]
        count[log.room] += 1
    return lives


def _check_delivery(record: Delivered, sanction: Sanction, lives: dict[tuple[int, str], int], verdict: Verdict) -> None:
    # Without a number nobody knows whether the sanction was made; after its end was asked for, all may be read.
    if not sanction.number or (sanction.lifted is not None and record.at > sanction.lifted):
        return
    life, since = lives.get((record.room, record.epoch), 0), lives.get((sanction.room, sanction.epoch), 0)
    for state in record.states:
        if life == since and state.version > sanction.number:
            verdict.add("unauthorised", f"{record.place}: out since {sanction.number}, got {state}")
    if life > since and record.at > sanction.at:
        verdict.add("unauthorised", f"{record.place}: out, got a later life of the log")


def _check_silence(sanction: Sanction, all_books: Books, verdict: Verdict) -> None:
    """Who is out writes nothing."""
    book = all_books.get((sanction.room, sanction.epoch))
    if book is None or not sanction.number:
        return
    until = book.log.last if sanction.until is None else sanction.until
    for state in book.between(sanction.number, until):
        if state.author == sanction.user and state.seq == state.version:
            verdict.add("unauthorised", f"room {sanction.room}: {state} was written by somebody who was out")
