"""`python -m faults`: a round, its table, and status 1 when a promise was broken."""

from __future__ import annotations

import asyncio
import pickle
from functools import partial
from pathlib import Path

from .options import Options, parse
from .report import Report
from .round import Round
from .running import end_with, in_folder, say


def main(arguments: list[str]) -> int:
    """The exit status."""
    options = parse(arguments)
    say(f"seed {options.seed}; again with: {options.command}")
    return in_folder(options.keep, "chat-faults-", partial(_run, options))


def _run(options: Options, folder: Path) -> int:
    report: Report = asyncio.run(Round(options, folder).run())
    print(report, flush=True)
    if options.keep:
        (folder / "history.pickle").write_bytes(pickle.dumps(report.history))
        (folder / "tracebacks").write_text("\n\n".join(f"{name}\n{text}" for name, text in report.tracebacks.items()))
    return 0 if report.verdict else 1


if __name__ == "__main__":
    end_with(main)
