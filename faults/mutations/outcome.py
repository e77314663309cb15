"""What became of a broken build, and the one table of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..report import Report
from .mutation import Mutation


@dataclass(frozen=True)
class Outcome:
    """`broken`: the round with the mutation; `whole`: the same round without it, None when that was not asked for."""

    mutation: Mutation
    broken: Report
    whole: Report | None = None

    def __bool__(self) -> bool:
        """True when the broken build was caught for what it is, and the whole one kept every promise."""
        kept = self.whole is None or bool(self.whole.verdict)
        return kept and self.mutation.caught_as in self.broken.verdict.counts

    @property
    def row(self) -> str:
        counts = self.broken.verdict.counts
        found = ", ".join(f"{kind} ({count})" for kind, count in counts.items()) or "nothing"
        cells = [self.mutation.name, self.mutation.what, found if self else f"ESCAPED: {found}"]
        cells += [f"{self.broken.seconds:.0f}", str(self.broken.options.seed)]
        if self.whole:
            cells.append("kept" if self.whole.verdict else f"BROKEN: {dict(self.whole.verdict.counts)}")
        return f"| {' | '.join(cells)} |"


def table(outcomes: Sequence[Outcome]) -> str:
    """For people, as Markdown; in its last line how many were caught."""
    whole = any(outcome.whole for outcome in outcomes)
    head = "| mutation | what is broken | caught as | s | seed |" + (" the whole build |" if whole else "")
    rows = [head, "|---|---|---|---:|---:|" + ("---|" if whole else ""), *(outcome.row for outcome in outcomes)]
    return "\n".join([*rows, "", f"{sum(map(bool, outcomes))} of {len(outcomes)} mutations caught"])
