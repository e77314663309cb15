"""Histories made by hand for tests of the checker: a good one, and small changes to it."""

from dataclasses import replace

from faults.records import Acknowledged, Delivered, Final, History, Log, Refusal, Sanction, Sent, State

ROOM, ALICE, BOB, EPOCH = 1, 10, 11, "e1"

FIRST = State(1, 1, ALICE, "key-00001", "one", False)
SECOND = State(2, 2, ALICE, "key-00002", "two", False)
EDITED = replace(FIRST, version=3, body="one, edited")
THIRD = State(5, 5, ALICE, "key-00003", "three", False)
STATES = (FIRST, SECOND, EDITED, THIRD)
ACCESS = 4
"""The number of a ban, which has no message."""


def batch(at: int, after: int, upto: int, *states: State, user: int = BOB, epoch: str = EPOCH) -> Delivered:
    """What a reader got between two numbers."""
    return Delivered(at, ROOM, user, epoch, after, upto, states, "poll")


def good() -> History:
    """Alice writes two messages, edits the first and writes a third; Bob reads it all in three batches."""
    sent = [Sent(number, ROOM, ALICE, state.key, state.body) for number, state in enumerate((FIRST, SECOND, THIRD))]
    acknowledged = [Acknowledged(10 + state.version, ROOM, ALICE, state, state != EDITED) for state in STATES]
    delivered = [
        replace(batch(20, 0, 1, FIRST), load=True),
        batch(21, 1, 2, SECOND),
        batch(22, 2, 5, EDITED, THIRD),
    ]
    newest = {1: EDITED, 2: SECOND, 5: THIRD}
    return History(
        sent=sent,
        acknowledged=acknowledged,
        delivered=delivered,
        logs=[Log(ROOM, EPOCH, 5, STATES, frozenset({ACCESS}))],
        finals=[Final(ROOM, BOB, EPOCH, 5, 1, newest)],
        loads=[Final(ROOM, ALICE, EPOCH, 5, 0, newest)],
    )


def restored() -> History:
    """The same, and then the database comes back as it was at 2; Alice writes another third message."""
    history, again = good(), State(4, 4, ALICE, "key-00004", "another three", False)
    history.logs.append(Log(ROOM, "e2", 4, (FIRST, SECOND, again), frozenset({3})))
    history.removed[ROOM] = {(ALICE, THIRD.key)}
    history.sent.append(Sent(30, ROOM, ALICE, again.key, again.body))
    history.acknowledged.append(Acknowledged(31, ROOM, ALICE, again, True))
    history.delivered.append(replace(batch(32, 0, 4, FIRST, SECOND, again, epoch="e2"), reset=True))
    newest = {1: FIRST, 2: SECOND, 4: again}
    history.finals = [Final(ROOM, BOB, "e2", 4, 1, newest)]
    history.loads = [Final(ROOM, ALICE, "e2", 4, 0, newest)]
    return history


def banned(lifted: int | None = None) -> Sanction:
    """Bob is out from number 4 on; asked for at record 5."""
    return Sanction(ROOM, BOB, 5, EPOCH, ACCESS, lifted, None if lifted is None else 0)


def turned_away(code: str, at: int = 23) -> Refusal:
    return Refusal(at, ROOM, BOB, code)
