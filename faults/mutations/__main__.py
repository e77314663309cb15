"""`python -m faults.mutations`: each broken build until a round has shown it, one table, status 1 when one escaped."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import tempfile
from pathlib import Path

from ..options import parse
from ..report import Report
from ..round import Round
from ..running import end_with, say
from . import MUTATIONS
from .outcome import Outcome, table


def main(arguments: list[str]) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m faults.mutations", description="Broken builds, and who sees it.")
    parser.add_argument("names", nargs="*", metavar="mutation", help="only these: " + ", ".join(MUTATIONS))
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of all rounds")
    parser.add_argument("--whole", action="store_true", help="the same rounds with the whole build too, to their end")
    given = parser.parse_args(arguments)
    outcomes = [try_one(name, given.seed, given.whole) for name in given.names or MUTATIONS]
    print(table(outcomes), flush=True)
    return 0 if all(outcomes) else 1


def try_one(name: str, seed: int, whole: bool) -> Outcome:
    """What becomes of one mutation; KeyError when there is none of this name."""
    mutation, words = MUTATIONS[name], ["--mutation", name, "--seed", str(seed)]
    broken = _round(words)
    sound = _round([*words, "--unpatched"]) if whole else None
    return Outcome(mutation, broken, sound)


def _round(words: list[str]) -> Report:
    options = parse(words)
    say(f"— {options.command}")
    with tempfile.TemporaryDirectory(prefix="chat-faults-") as folder:
        return asyncio.run(Round(options, Path(folder)).run())


if __name__ == "__main__":
    end_with(main)
