"""The one table of a round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .checker import KINDS, Verdict
from .options import Options
from .records import History

SHOWN = 12
"""Violations of a kind that are told in full."""


@dataclass(frozen=True)
class Report:
    """`catch_ups`: seconds, by kind of fault; `tracebacks`: in the servers' logs, by their last line."""

    options: Options
    history: History
    verdict: Verdict
    catch_ups: Mapping[str, Sequence[float]]
    tracebacks: Mapping[str, str]
    seconds: float

    def __str__(self) -> str:
        return "\n".join([*self._faults(), "", *self._figures(), "", *self._problems(), *self._ending()])

    def _faults(self) -> list[str]:
        rows = [f"| {kind} | {len(times)} | {max(times):.1f} |" for kind, times in sorted(self.catch_ups.items())]
        total = sum(len(times) for times in self.catch_ups.values())
        longest = max((max(times) for times in self.catch_ups.values()), default=0)
        head = ["| fault | injected | longest catch-up, s |", "|---|---:|---:|"]
        return [*head, *rows, f"| **all** | **{total}** | **{longest:.1f}** |"]

    def _figures(self) -> list[str]:
        history, counts = self.history, self.verdict.counts
        resets = sum(record.reset for record in history.delivered)
        figures = {
            "readers": len({(record.room, record.user) for record in history.delivered}),
            "messages, edits and deletions acknowledged": len(history.acknowledged),
            "deliveries": history.deliveries,
            "resets": resets,
            "people kept out": len(history.sanctions),
            "refusals": len(history.refusals),
            **{f"**{kind}**": counts[kind] for kind in KINDS},
            "tracebacks in the servers' logs": len(self.tracebacks),
            "seconds": round(self.seconds),
        }
        return ["| | |", "|---|---:|", *(f"| {name} | {figure} |" for name, figure in figures.items())]

    def _problems(self) -> list[str]:
        lines = []
        for kind, meaning in KINDS.items():
            found = [violation.what for violation in self.verdict.violations if violation.kind == kind]
            if found:
                lines += [f"{kind} ({meaning}):", *(f"  {what[:400]}" for what in found[:SHOWN]), ""]
        return [*lines, *(f"traceback: {line}" for line in self.tracebacks)]

    def _ending(self) -> list[str]:
        words = "every promise was kept" if self.verdict else f"{len(self.verdict.violations)} VIOLATIONS"
        return [f"{words}; again with: {self.options.command}"]
