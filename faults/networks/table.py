"""Outcomes as the documentation has them."""

from __future__ import annotations

from collections.abc import Iterable

from .kinds import KINDS
from .trial import Outcome

HEAD = (
    "| the network | ends on | first message after | longest delay | back on WebSocket after | said | lost, doubled |",
    "|---|---|---:|---:|---:|---|---:|",
)
ENDS_ON = {kind.name: kind.ends_on for kind in KINDS}


def table(outcomes: Iterable[Outcome]) -> str:
    """Seconds."""
    return "\n".join([*HEAD, *map(_row, outcomes)])


def problems(outcomes: Iterable[Outcome]) -> list[str]:
    """What did not come as it is to come, a line each."""
    found = []
    for outcome in outcomes:
        if not outcome.on.startswith(ENDS_ON[outcome.kind]):
            found.append(f"{outcome.kind}: ended on {outcome.on}")
        if outcome.lost or outcome.doubled:
            found.append(f"{outcome.kind}: {outcome.lost} lost, {outcome.doubled} doubled or out of order")
    return found


def _row(outcome: Outcome) -> str:
    back = f"{outcome.back_s:.1f}" if outcome.back_s > 1 else ""
    seconds = f"{outcome.first_s:.1f} | {outcome.late_s:.1f} | {back}"
    counts = f"{outcome.lost}, {outcome.doubled}"
    return f"| {outcome.kind} | {outcome.on} | {seconds} | {'<br>'.join(outcome.words)} | {counts} |"
