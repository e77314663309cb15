"""The tables of a run: for reading on a terminal, and as Markdown for docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

from .cpu import CAN_PIN
from .figures import NOTHING, Figure, median
from .run import Results
from .scenarios import ALL
from .targets.parley import RAISED

MARKS = ("<!-- {} -->", "<!-- /{} -->")
"""Around `figures` of scenarios, or `curves`, in a page of the documentation."""

REFERENCE = "nchan"
Table = list[list[str]]
FORMATS = {"cpu_us": "{:.1f} µs", "p50_ms": "{:.2f} ms", "kb_each": "{:.1f} KB", "others": "{:.0%}"}


def medians(results: Results) -> dict[tuple[str, str], Figure]:
    return {place: median(rounds) for place, rounds in results.figures.items() if rounds}


def overview(results: Results) -> Table:
    """A row for each scenario, a column for each target; in brackets the ratio to Nchan where that was measured."""
    found = medians(results)
    rows = [["work", *results.targets]]
    for name in results.options.scenarios:
        cells = [_cell(found.get((name, target)), found.get((name, REFERENCE))) for target in results.targets]
        rows.append([ALL[name].title, *cells])
    return rows


def _cell(one: Figure | None, reference: Figure | None) -> str:
    if one is None or one.trouble:
        return NOTHING if one is None or one.trouble == NOTHING else "failed"
    shows = ALL[one.scenario].shows
    value, base = _value(one, shows), _value(reference, shows)
    if value is None:
        return f"{one.rate:,.0f}/s"
    ratio = f" ({value / base:.1f} ×)" if base and shows != "others" and reference is not one else ""  # noqa: RUF001
    late = f" (p99 {one.p99_ms:.2f})" if shows == "p50_ms" else ""
    return FORMATS[shows].format(value) + late + ratio


def _value(one: Figure | None, name: str) -> float | None:
    if one is None or one.trouble:
        return None
    value: float | None = one.more[name] if name in one.more else getattr(one, name)
    return value


def details(results: Results) -> Table:
    """A row for each figure, with everything that was counted."""
    head = ["scenario", "target", "CPU µs", "beside µs", "rate /s", "p50 ms", "p99 ms", "server", "generator", ""]
    rows = [head]
    for one in medians(results).values():
        if one.trouble == NOTHING:
            continue
        numbers = [_number(value) for value in (one.cpu_us, one.beside_us, one.rate, one.p50_ms, one.p99_ms)]
        shares = [f"{one.server_share:.0%}", f"{one.generator_share:.0%}"]
        rows.append([one.scenario, one.target, *numbers, *shares, _notes(one)])
    return rows


def _number(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _notes(one: Figure) -> str:
    notes = [one.trouble.splitlines()[0][:60]] if one.trouble else []
    notes += [f"{name} {value:.2f}" for name, value in one.more.items()]
    notes += [f"{one.lost} lost or refused"] if one.lost else []
    notes += ["generator at its limit"] if one.generator_limited else []
    return ", ".join(notes)


def context(results: Results) -> list[str]:
    """What one has to know to read the figures."""
    sizes, options = results.options.sizes, results.options
    lines = [
        f"Machine: {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Django {version('django')}, uvicorn {version('uvicorn')}, "
        f"Daphne {version('daphne')}.",
        "Each server has core 0 to itself, generator, database and layer have the others."
        if CAN_PIN
        else "Nothing is pinned: generator and servers share the cores.",
        f"{sizes.clients} clients, {sizes.seconds:g} s a measurement, medians of {options.rounds} round(s). "
        f"The hot part of the generator is {results.generator}.",
    ]
    if not options.url:
        raised = ", ".join(f"{name}={value}" for name, value in RAISED.items())
        lines.append(f"The chat runs with its production defaults, except {raised}.")
    limited = [f"{one.scenario} on {one.target}" for one in medians(results).values() if one.generator_limited]
    if limited:
        what = ", ".join(limited)
        lines.append(f"WARNING: the generator was at its limit, so these rates are its own; CPU still holds: {what}.")
    if results.absent:
        lines.append(f"Left out: {'; '.join(results.absent)}.")
    return lines


def _processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    return found[1] if found else platform.machine()


def plain(table: Table) -> str:
    """Columns of equal width."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)


def markdown(table: Table) -> str:
    align = "|".join(["---", *["---:"] * (len(table[0]) - 1)])
    rows = ["| " + " | ".join(row) + " |" for row in table]
    return "\n".join([rows[0], f"|{align}|", *rows[1:]])


def write_markdown(path: Path, results: Results, command: str) -> None:
    """Puts the tables between the MARKS, in place of what is there."""
    begin, end = (mark.format("curves" if results.options.curves else "figures") for mark in MARKS)
    text = path.read_text()
    before, rest = text.split(begin, 1)
    after = rest.split(end, 1)[1]
    parts = [
        f"    {command}",
        *context(results),
        markdown(overview(results)),
        markdown(details(results)),
    ]
    path.write_text(f"{before}{begin}\n\n" + "\n\n".join(parts) + f"\n\n{end}{after}")
