"""The command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

from .scenarios import ALL, CURVES, SCENARIOS, Sizes
from .targets import NAMES, PEERS

OWN = ("uvicorn", "daphne")
COMPARED_ROUNDS = 3
OUTPUTS = {
    "json": "all figures as JSON",
    "chart": "the figures as SVG",
    "markdown": "put the tables between the marks in this file",
    "profile": "run the chat under cProfile, which falsifies the figures, and write profiles into this folder",
}


@dataclass(frozen=True)
class Options:
    """`targets`: names, or empty when `url` is given."""

    targets: list[str]
    scenarios: list[str]
    sizes: Sizes
    rounds: int
    generator: str
    curves: bool
    url: str
    pids: list[int]
    room: str
    json: Path | None
    chart: Path | None
    markdown: Path | None
    profile: Path | None


def parse(arguments: list[str]) -> Options:
    """Ends the program with a usage message when something is wrong."""
    parser = _parser()
    given = parser.parse_args(arguments)
    targets = given.targets or [*OWN, *(PEERS if given.compare else ())]
    for kind, names, known in (
        ("target", targets, NAMES),
        ("scenario", given.only, ALL),
        ("curve", given.curves, CURVES),
    ):
        if unknown := set(names) - set(known):
            parser.error(f"no such {kind}: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    points = [point.name for curve in given.curves for point in CURVES[curve]]
    chosen = [name for name in ALL if name in (points or given.only or SCENARIOS)]
    if given.url:
        chosen = [name for name in chosen if not ALL[name].restarts]
    return Options(
        targets=[] if given.url else targets,
        scenarios=chosen,
        sizes=_sizes(given),
        rounds=given.rounds or (COMPARED_ROUNDS if given.compare else 1),
        generator=given.generator,
        curves=bool(given.curves),
        url=given.url,
        pids=given.pid,
        room=given.room,
        json=given.json,
        chart=given.chart,
        markdown=given.markdown,
        profile=given.profile,
    )


def _sizes(given: argparse.Namespace) -> Sizes:
    sizes = Sizes(seconds=given.seconds)
    return sizes if given.clients is None else replace(sizes, clients=given.clients, returning=given.clients)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="What work costs the server: CPU per delivery, poll and message; memory; latency. Linux only.",
        epilog="Scenarios: "
        + "; ".join(f"{scenario.name} ({scenario.title})" for scenario in SCENARIOS.values())
        + f". Targets: {', '.join(NAMES)}.",
    )
    names = {"type": lambda text: text.split(","), "default": []}
    parser.add_argument("--only", **names, help="these scenarios, separated by commas")  # type: ignore[arg-type]
    parser.add_argument("--curves", **names, help="instead, cost as these grow: " + ", ".join(CURVES))  # type: ignore[arg-type]
    parser.add_argument("--targets", **names, help="these servers instead of uvicorn,daphne")  # type: ignore[arg-type]
    parser.add_argument("--compare", action="store_true", help="beside the peers, interleaved, medians of 3 rounds")
    sizes = f"readers, holds, idle sockets ({Sizes.clients}) and clients of the storm ({Sizes.returning})"
    parser.add_argument("--clients", type=int, help=sizes)
    parser.add_argument("--seconds", type=float, default=Sizes.seconds, help="window of a measurement (%(default)s)")
    parser.add_argument("--rounds", type=int, help="rounds, of which the median counts (1; 3 with --compare)")
    loops = "what makes the load: bench/pump.c, compiled at its first use, or a loop in Python; auto: C if it compiles"
    parser.add_argument("--generator", choices=("auto", "c", "python"), default="auto", help=loops)
    parser.add_argument("--url", default="", help="a chat that runs already, e.g. http://127.0.0.1:8000")
    parser.add_argument("--pid", type=int, action="append", default=[], help="its processes, to count their CPU")
    parser.add_argument("--room", default="lobby", help="with --url: a room that guests may write in (%(default)s)")
    for name, what in OUTPUTS.items():
        parser.add_argument(f"--{name}", type=Path, metavar="PATH", help=what)
    return parser
