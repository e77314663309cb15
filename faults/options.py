"""What a round is like."""

from __future__ import annotations

import argparse
import secrets
from dataclasses import dataclass
from typing import Any

from .mutations import MUTATIONS


@dataclass(frozen=True)
class Options:
    """`readers`: pages of a room; `writers`: the share of them that write, `rate` times a second each.

    `haste`: how much faster than usual moderators keep people out and let them in again.
    `mutation`: the round is one that shows this broken build; `unpatched`: with the whole build all the same.
    """

    seed: int
    deliveries: int
    faults: int
    readers: int
    writers: float
    rate: float
    haste: float
    limit_s: float
    only: str
    keep: str
    mutation: str = ""
    unpatched: bool = False

    @property
    def command(self) -> str:
        """What repeats this round: the same faults in the same order, the same people with the same habits."""
        given = {name: str(getattr(self, name)) for name in ("seed", "deliveries", "faults", "readers")}
        given |= {"rate": f"{self.rate:g}"} | ({"haste": f"{self.haste:g}"} if self.haste != 1 else {})
        given |= {name: f"'{value}'" for name in ("only", "mutation") if (value := getattr(self, name))}
        words = [f"--{name} {value}" for name, value in given.items()]
        return " ".join(["python -m faults", *words, *(["--unpatched"] if self.unpatched else [])])


SHORT = {"deliveries": 1000, "faults": 20, "readers": 8, "rate": 0.8, "haste": 1.0, "limit_s": 150.0}
LONG = {"deliveries": 200_000, "faults": 100, "readers": 24, "rate": 1.5, "haste": 1.0, "limit_s": 2400.0}
BROKEN = {"deliveries": 0, "faults": 12, "limit_s": 60.0}
"""A broken build has this long; its mutation says the rest."""


def parse(arguments: list[str]) -> Options:
    """Options of a command line."""
    parser = argparse.ArgumentParser(prog="python -m faults", description="Faults, and whether the promises hold.")
    parser.add_argument("--short", action="store_true", help="a round for CI: each kind of fault once, about 90 s")
    parser.add_argument("--seed", type=int, help="repeats a round; a random one is printed otherwise")
    parser.add_argument("--deliveries", type=int, help="go on until so many messages were delivered")
    parser.add_argument("--faults", type=int, help="go on until so many faults were injected")
    parser.add_argument("--readers", type=int, help="pages of each room")
    parser.add_argument("--rate", type=float, help="messages of each writer a second")
    parser.add_argument("--haste", type=float, help="how much faster than usual moderators act")
    parser.add_argument("--limit-s", type=float, help="no new faults after so many seconds")
    parser.add_argument("--only", default="", help="only kinds of faults with this in their name")
    parser.add_argument("--mutation", default="", choices=MUTATIONS, help="break the build so, until that shows")
    parser.add_argument("--unpatched", action="store_true", help="the round of the mutation, with the whole build")
    parser.add_argument("--keep", default="", help="keep logs and history in this new folder")
    given = parser.parse_args(arguments)
    mutation = MUTATIONS.get(given.mutation)
    base: dict[str, Any] = SHORT if given.short else LONG
    if mutation:
        base = {**BROKEN, "readers": mutation.readers, "rate": mutation.rate, "haste": mutation.haste}
    chosen: dict[str, Any] = {
        name: value if (value := getattr(given, name)) is not None else base[name] for name in base
    }
    seed = given.seed if given.seed is not None else secrets.randbelow(10**6)
    only = given.only or (mutation.only if mutation else "")
    broken = {"mutation": given.mutation, "unpatched": given.unpatched}
    return Options(seed=seed, writers=0.5, only=only, keep=given.keep, **broken, **chosen)
