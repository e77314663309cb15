"""The table of a run: a row for each fault, and in each cell one figure for each page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from .audience import FAR, NEAR
from .figures import Figures
from .watch import Sight

SEATS = (*NEAR, FAR)
HEAD = """\
| fault | lasts | the button says | for | a message is late by | of that unsaid | a send waits | level after |
|---|---:|---|---:|---:|---:|---:|---:|"""


def table(sights: Iterable[Sight]) -> str:
    """Markdown; the worst of the times that a fault came."""
    groups = groupby(sights, key=lambda sight: sight.kind)
    return "\n".join([HEAD, *(row(kind, list(group)) for kind, group in groups)])


def row(kind: str, sights: list[Sight]) -> str:
    """One fault."""
    lasted = f"{max(sight.lasted_s for sight in sights):.1f}"
    figures: tuple[Callable[[Figures], float], ...] = (
        lambda page: sum(page.words.values()),
        lambda page: page.delay_s,
        lambda page: page.unsaid_s,
        lambda page: page.pending_s,
        lambda page: page.level_s,
    )
    said_for, *others = [worst(sights, figure) for figure in figures]
    return f"| {' | '.join([kind, lasted, said(sights), said_for, *others])} |"


def worst(sights: list[Sight], figure: Callable[[Figures], float]) -> str:
    """The figure of each seat."""
    return " · ".join(f"{max(figure(sight.pages[seat]) for sight in sights):.1f}" for seat in SEATS)


def said(sights: list[Sight]) -> str:
    """What the buttons of these pages said besides the usual."""
    words = {word for sight in sights for page in sight.pages.values() for word in page.words}
    return ", ".join(sorted(words)) or "as usual"


def problems(sights: Iterable[Sight]) -> list[str]:
    """What should not be."""
    found = []
    for sight in sights:
        where = f"{sight.kind}, {sight.server}"
        found += [] if sight.level else [f"{where}: not level in time"]
        for seat, page in sight.pages.items():
            found += [f"{where}, {seat}: {problem}" for problem in wrong(page)]
    return found


def wrong(page: Figures) -> list[str]:
    """The same of one page."""
    found = {
        "never shown": page.missing,
        "shown, then not": page.gone,
        "failed": tuple(f"{body} ({reason})" for body, reason in page.failed.items()),
        "was empty for a moment": page.emptied,
        "could not write": page.blocked,
        "errors": page.errors,
    }
    return [f"{name}: {value}" for name, value in found.items() if value]
