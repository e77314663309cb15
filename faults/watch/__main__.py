"""`python -m faults.watch`: what people see of each fault, and for how long; status 1 when not all came right."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from .options import Options, parse
from .table import problems, table
from .watch import Watch, say


def main(arguments: list[str]) -> int:
    """The exit status."""
    options = parse(arguments)
    say(f"seed {options.seed}; again with: {options.command}")
    if options.keep:
        Path(options.keep).mkdir(parents=True)
        return _run(options, Path(options.keep))
    with tempfile.TemporaryDirectory(prefix="chat-watch-") as folder:
        return _run(options, Path(folder))


def _run(options: Options, folder: Path) -> int:
    sights = asyncio.run(Watch(options, folder).run())
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(sight) for sight in sights], indent=2))
    found = problems(sights)
    print("\n".join([table(sights), "", *found, f"again with: {options.command}"]), flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
