"""What the checker found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

KINDS = {
    "lost": "an acknowledged change that is not in the log, or a change that a reader's cursor passed without it",
    "doubled": "a change delivered twice to one reader, or one key that became two messages",
    "out of order": "a batch that does not ascend, goes back or skips; one writer's messages in another order",
    "unauthorised": "something written after a ban or a kick, delivered to the one concerned",
    "diverged": "a state that the log never had, or a reader that ends with another state than a fresh load",
    "hole": "a number of the log that no change has",
    "refused": "somebody turned away for good without a reason",
    "stuck": "a reader or a writer that did not catch up after the faults had ended",
    "crash": "a server that ended by itself, or not cleanly when asked to stop",
}


@dataclass(frozen=True)
class Violation:
    """One broken promise; `kind` is a key of KINDS."""

    kind: str
    what: str


@dataclass
class Verdict:
    """All that was found."""

    violations: list[Violation] = field(default_factory=list)

    def add(self, kind: str, what: str) -> None:
        self.violations.append(Violation(kind, what))

    @property
    def counts(self) -> Counter[str]:
        """How many of each kind."""
        return Counter(violation.kind for violation in self.violations)

    def __bool__(self) -> bool:
        """True when every promise was kept."""
        return not self.violations
