"""What a server holds before and after waves of connections that come and go in every way.

    .venv/bin/python -m tools.waves --waves 10 --connections 500

Starts its own Daphne, uvicorn and Valkey on loopback and stops them at the end. Exit status 1 when something is left.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.support.fleet import Fleet
from tests.support.servers import COMMANDS
from tests.support.waves import Counted, Crowd, Figures, over

WARM_UP = 2
"""Waves before the first count: threads and connections that stay are made at first use."""


def row(name: str, figures: Figures) -> str:
    return f"| {name} | " + " | ".join(f"{value:g}" for value in figures.values()) + " |"


def measure(fleet: Fleet, kind: str, waves: int, connections: int) -> bool:
    """Prints a table for one server; True when it is back at the start after the last wave."""
    server = Counted(kind, fleet.place(f"waves-{kind}", "sqlite"))
    try:
        server.wait_ready()
        crowd = Crowd(server, fleet.operator(server.place))
        for _ in range(WARM_UP):
            crowd.wave(connections)
        start = server.at_rest()
        print(f"\n{kind}\n\n| after wave | " + " | ".join(start) + " |\n|---|" + "---:|" * len(start))
        print(row("start", start), flush=True)
        for number in range(1, waves + 1):
            crowd.wave(connections)
            figures = server.settled(start)
            print(row(str(number), figures), flush=True)
        return not over(figures, start)
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--waves", type=int, default=10)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--server", choices=list(COMMANDS), action="append", help="both unless one is named")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waves-") as folder:
        fleet = Fleet(Path(folder))
        try:
            kinds = options.server or list(COMMANDS)
            back = [measure(fleet, kind, options.waves, options.connections) for kind in kinds]
        finally:
            fleet.stop()
    sys.exit(not all(back))


if __name__ == "__main__":
    main()
