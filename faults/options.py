"""What a round is like."""

from __future__ import annotations

import argparse
import secrets
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """`readers`: pages of a room; `writers`: the share of them that write, `rate` times a second each."""

    seed: int
    deliveries: int
    faults: int
    readers: int
    writers: float
    rate: float
    limit_s: float
    only: str
    keep: str

    @property
    def command(self) -> str:
        """What repeats this round: the same faults in the same order, the same people with the same habits."""
        given = f"--seed {self.seed} --deliveries {self.deliveries} --faults {self.faults} --readers {self.readers}"
        only = f" --only '{self.only}'" if self.only else ""
        return f"python -m faults {given} --rate {self.rate:g}{only}"


SHORT = {"deliveries": 1000, "faults": 20, "readers": 8, "rate": 0.8, "limit_s": 150.0}
LONG = {"deliveries": 200_000, "faults": 100, "readers": 24, "rate": 1.5, "limit_s": 2400.0}


def parse(arguments: list[str]) -> Options:
    """Options of a command line."""
    parser = argparse.ArgumentParser(prog="python -m faults", description="Faults, and whether the promises hold.")
    parser.add_argument("--short", action="store_true", help="a round for CI: each kind of fault once, about 90 s")
    parser.add_argument("--seed", type=int, help="repeats a round; a random one is printed otherwise")
    parser.add_argument("--deliveries", type=int, help="go on until so many messages were delivered")
    parser.add_argument("--faults", type=int, help="go on until so many faults were injected")
    parser.add_argument("--readers", type=int, help="pages of each room")
    parser.add_argument("--rate", type=float, help="messages of each writer a second")
    parser.add_argument("--limit-s", type=float, help="no new faults after so many seconds")
    parser.add_argument("--only", default="", help="only kinds of faults with this in their name")
    parser.add_argument("--keep", default="", help="keep logs and history in this new folder")
    given = parser.parse_args(arguments)
    base: dict[str, Any] = SHORT if given.short else LONG
    chosen: dict[str, Any] = {
        name: value if (value := getattr(given, name)) is not None else base[name] for name in base
    }
    seed = given.seed if given.seed is not None else secrets.randbelow(10**6)
    return Options(seed=seed, writers=0.5, only=given.only, keep=given.keep, **chosen)
