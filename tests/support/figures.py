"""A server that writes down what it holds at each SIGUSR1: python -m tests.support.figures KIND FILE OPTIONS…"""

import asyncio
import json
import runpy
import signal
import sys
from pathlib import Path
from typing import Any


def count() -> dict[str, int]:
    """What only the process itself can count."""
    from chat import feed
    from chat.limits import readers
    from chatproject.asgi import live

    hub = feed.hub()
    waiting = sum(len(channel.subscriptions) for channel in hub.channels.values())
    tasks = len(asyncio.all_tasks(asyncio.get_running_loop()))
    return {
        "tasks": tasks,
        "rooms": len(hub.channels),
        "waiting": waiting,
        "readers": readers.total,
        "asgi": live.under_way,
    }


def main() -> None:
    kind, file = sys.argv[1:3]
    del sys.argv[1:3]

    def write(*_signal: Any) -> None:
        unfinished = Path(f"{file}.new")
        unfinished.write_text(json.dumps(count()))
        unfinished.replace(file)

    signal.signal(signal.SIGUSR1, write)
    runpy.run_module(f"chatproject.servers.{kind}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
