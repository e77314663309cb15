"""A run: all targets are up together, and take turns at each scenario, round after round."""

from __future__ import annotations

import resource
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from ctypes import CDLL
from dataclasses import dataclass, field
from pathlib import Path

from .compiled import Uncompiled, library
from .cpu import OTHER_CORES, on
from .figures import NOTHING, Figure, failed
from .options import Options
from .progress import Bar
from .scenarios import ALL
from .targets import Absent, Services, Target, make
from .targets.given import GivenTarget

PEOPLE = 1000
"""People of the chat; more clients than that share them, far below CHAT_READERS_PER_PERSON."""


@dataclass
class Results:
    """`figures`: of each (scenario, target), one a round. `absent`: what was left out, and why.

    `generator`: which loop made the load. `pump`: pump.c, where it did.
    """

    options: Options
    targets: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    generator: str = ""
    pump: CDLL | None = None
    figures: dict[tuple[str, str], list[Figure]] = field(default_factory=lambda: defaultdict(list))


def run(options: Options) -> Results:
    """Everything that was asked for."""
    _raise_file_limit()
    results = Results(options)
    _choose_generator(results)
    with tempfile.TemporaryDirectory(prefix="chat-bench-") as folder, on(OTHER_CORES), ExitStack() as ends:
        services = Services(Path(folder), options.profile)
        ends.callback(services.stop)
        targets = list(_start(options, services, results, ends))
        results.targets = [target.name for target in targets]
        bar = Bar(max(1, options.rounds * len(options.scenarios) * len(targets)))
        for _round in range(options.rounds):
            for name in options.scenarios:
                for target in targets:
                    bar.step(f"{name} on {target.name}")
                    _play(name, target, results)
        bar.end()
    return results


def _choose_generator(results: Results) -> None:
    results.generator = "its Python loop (asked for)"
    if results.options.generator == "python":
        return
    try:
        results.pump = library()
        results.generator = "bench/pump.c"
    except Uncompiled as missing:
        if results.options.generator == "c":
            raise SystemExit(str(missing)) from None
        results.generator = f"its Python loop, since {missing}; fast servers are limited by it"


def _start(options: Options, services: Services, results: Results, ends: ExitStack) -> Iterator[Target]:
    if options.url:
        targets: list[Target] = [GivenTarget(services, options.url, options.pids, options.room)]
    else:
        targets = [make(name, services) for name in options.targets]
    for target in targets:
        ends.callback(target.stop)
        try:
            target.start(min(options.sizes.clients, PEOPLE))
        except Absent as missing:
            results.absent.append(f"{target.name} ({missing})")
            continue
        yield target


def _play(name: str, target: Target, results: Results) -> None:
    before = results.figures[name, target.name]
    if before and before[-1].trouble:
        return  # it would fail again, and slowly
    found = ALL[name].run(target, results.options.sizes, results.pump)
    before.append(found or failed(name, target.name, NOTHING))


def _raise_file_limit() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
