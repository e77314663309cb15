"""`python -m tools.fuzz [--seed N] [--connections N] [--sockets N]`: says what it finds, with the seed."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable

EVERY = 2000


def progress(what: str, total: int) -> Callable[[int], None]:
    began = time.monotonic()

    def told(done: int) -> None:
        if done % EVERY == 0 or done == total:
            left = (time.monotonic() - began) / done * (total - done)
            print(f"{what}: {done} of {total}, {left:.0f} s left", flush=True)

    return told


async def fuzz(seed: int, connections: int, sockets: int) -> None:
    from chat import sending

    from . import run, site
    from .sides import Daphne, Uvicorn

    site.begin()
    vars(sending)["enqueue"] = site.enqueue
    for kind in (Uvicorn(site.application), Daphne(site.application)):
        short = await run.requests(kind, seed, connections, progress(f"{kind.name}, connections", connections))
        print(f"{kind.name}: {short} answers came from the lane")
        await run.frames(kind, seed, sockets, progress(f"{kind.name}, sockets", sockets))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--connections", type=int, default=20_000, help="of each server, with some four requests each")
    parser.add_argument("--sockets", type=int, default=10_000, help="of each server, with some five frames each")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.support.settings")
    import django
    from daphne.server import reactor

    django.setup()
    logging.getLogger().handlers.clear()
    print(f"seed {asked.seed}")
    loop = reactor._asyncioEventloop
    asyncio.set_event_loop(loop)
    loop.run_until_complete(fuzz(asked.seed, asked.connections, asked.sockets))
    sys.exit(0)


if __name__ == "__main__":
    main()
