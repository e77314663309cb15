"""Reads the environment and runs the chat until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

from .config import Config
from .problem import Problem
from .run import run


def main() -> None:
    """Exit status: 0 after Ctrl-C or SIGTERM, 1 with one line that says what to do otherwise."""
    try:
        asyncio.run(_until_told(Config.from_environment()))
    except Problem as problem:
        sys.exit(f"Stopped: {problem}")


async def _until_told(config: Config) -> None:
    loop, running = asyncio.get_running_loop(), asyncio.create_task(run(config))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # `nohup` has us ignore SIGHUP, and that stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running


if __name__ == "__main__":
    main()
