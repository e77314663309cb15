"""What is watched."""

from __future__ import annotations

import argparse
import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Each fault whose name contains `only` comes `times` times, in turn on either server."""

    only: str
    times: int
    seed: int
    json: str
    keep: str

    @property
    def command(self) -> str:
        """What repeats this run: the same faults for as long, on the same servers."""
        only = f" --only '{self.only}'" if self.only else ""
        return f"python -m faults.watch --seed {self.seed} --times {self.times}{only}"


def parse(arguments: list[str]) -> Options:
    """Options of a command line."""
    parser = argparse.ArgumentParser(prog="python -m faults.watch", description="What people see of each fault.")
    parser.add_argument("--only", default="", help="only faults with this in their name")
    parser.add_argument("--times", type=int, default=1, help="how often each fault comes, in turn on either server")
    parser.add_argument("--seed", type=int, help="repeats a run; a random one is printed otherwise")
    parser.add_argument("--json", default="", help="write all figures of all pages to this file")
    parser.add_argument(
        "--keep", default="", help="keep the servers' logs, and what was noted in each page, in this new folder"
    )
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else secrets.randbelow(10**6)
    return Options(given.only, given.times, seed, given.json, given.keep)
