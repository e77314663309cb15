"""Readers: each batch against the log, each chain of cursors against itself, each end against a fresh load."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from ..records import Delivered, Final, History, State
from .logs import Book, Books
from .verdict import Verdict


def check_reading(history: History, all_books: Books, verdict: Verdict) -> None:
    """Every change after each cursor, in order, none twice, none left out."""
    chains: dict[tuple[int, int], list[Delivered]] = defaultdict(list)
    for record in history.delivered:
        chains[record.room, record.user].append(record)
        book = all_books.get((record.room, record.epoch))
        if book is None:
            verdict.add("diverged", f"{record.place}: there never was an epoch {record.epoch}")
        elif record.load or record.reset:
            _check_page(record, book, verdict)
        else:
            _check_batch(record, book, verdict)
    for chain in chains.values():
        _check_chain(chain, verdict)
        _check_keys(chain, verdict)


def _check_batch(record: Delivered, book: Book, verdict: Verdict) -> None:
    """Exactly the messages that changed between the two cursors, each in its newest state."""
    _check_order(record, verdict)
    delivered = {state.version for state in record.states}
    for state in record.states:
        _check_state(record, state, book, verdict)
        if state.version <= record.after:
            verdict.add("doubled", f"{record.place}: {state} again")
        if state.version > record.upto:
            verdict.add("out of order", f"{record.place}: {state} is past the cursor")
    for state in book.between(record.after, record.upto):
        later = book.superseded_by(state)
        # One that changed again before it was read comes with that change.
        if later is None and state.version not in delivered:
            verdict.add("lost", f"{record.place}: {state} was left out")
        elif later is not None and later <= record.upto and state.version in delivered:
            verdict.add("diverged", f"{record.place}: {state} was old already")


def _check_page(record: Delivered, book: Book, verdict: Verdict) -> None:
    """The newest page: no place between its first and the cursor is left out."""
    places = sorted(state.seq for state in record.states)
    first = places[0] if places else record.upto + 1
    for state in record.states:
        _check_state(record, state, book, verdict)
    expected = {state.seq for state in book.between(first - 1, record.upto) if state.seq == state.version}
    for seq in sorted(expected - set(places)):
        verdict.add("lost", f"{record.place}: the page leaves out {seq}")
    if len(places) != len(set(places)):
        verdict.add("doubled", f"{record.place}: the page has a place twice")


def _check_order(record: Delivered, verdict: Verdict) -> None:
    versions = [state.version for state in record.states]
    if len(set(versions)) < len(versions):
        verdict.add("doubled", f"{record.place}: a number twice in {versions}")
    elif versions != sorted(versions):
        verdict.add("out of order", f"{record.place}: {versions}")


def _check_state(record: Delivered, state: State, book: Book, verdict: Verdict) -> None:
    if book.by_version.get(state.version) != state:
        verdict.add("diverged", f"{record.place}: the log never had {state}")


def _check_chain(chain: list[Delivered], verdict: Verdict) -> None:
    """Each batch begins where the one before it ended."""
    for earlier, later in pairwise(chain):
        if later.reset and later.epoch == earlier.epoch:
            verdict.add("out of order", f"{later.place}: began anew in the same life of the log")
        if later.load or later.reset:
            continue
        if (later.epoch, later.after) != (earlier.epoch, earlier.upto):
            verdict.add("out of order", f"{later.place}: after {earlier.epoch}:{earlier.upto} came {later.after}")
        if later.upto < later.after:
            verdict.add("out of order", f"{later.place}: the cursor goes back")


def _check_keys(chain: list[Delivered], verdict: Verdict) -> None:
    """In one life of the log, a reader sees one message for a key."""
    places: dict[tuple[str, int, str], int] = {}
    for record in chain:
        for state in record.states:
            known = places.setdefault((record.epoch, state.author, state.key), state.seq)
            if known != state.seq:
                verdict.add("doubled", f"{record.place}: key {state.key} at {known} and {state.seq}")


def check_finals(history: History, all_books: Books, verdict: Verdict) -> None:
    """At the end every reader, and every fresh load, holds what the log holds."""
    for final in [*history.finals, *history.loads]:
        book = all_books.get((final.room, final.epoch))
        if book is None or (book.versions and book.versions[-1] > final.upto):
            verdict.add("stuck", f"room {final.room}: {final.user} ends at {final.epoch}:{final.upto}")
        else:
            _check_final(final, book, verdict)


def _check_final(final: Final, book: Book, verdict: Verdict) -> None:
    who = f"room {final.room}: {final.user}"
    for seq, state in final.states.items():
        if book.newest.get(seq) != state:
            verdict.add("diverged", f"{who} holds {state}, the log {book.newest.get(seq)}")
    for seq in book.newest:
        if seq >= final.floor and seq not in final.states:
            verdict.add("lost", f"{who} never got {book.newest[seq]}")
