"""`python -m faults.watch`: what people see of each fault, and for how long; status 1 when not all came right."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

from ..running import end_with, in_folder, say
from .options import Options, parse
from .table import problems, table
from .watch import Watch


def main(arguments: list[str]) -> int:
    """The exit status."""
    options = parse(arguments)
    say(f"seed {options.seed}; again with: {options.command}")
    return in_folder(options.keep, "chat-watch-", partial(_run, options))


def _run(options: Options, folder: Path) -> int:
    sights = asyncio.run(Watch(options, folder).run())
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(sight) for sight in sights], indent=2))
    found = problems(sights)
    print("\n".join([table(sights), "", *found, f"again with: {options.command}"]), flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    end_with(main)
