"""From nothing to a chat that answers, and down again."""

from __future__ import annotations

import os
import sys

from . import daphne, data_dir, ports, valkey
from .child import Child
from .config import Config
from .crew import Crew
from .problem import Problem

LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def run(config: Config) -> None:
    """Run until cancelled. Problem when something cannot start, or ends by itself."""
    ports.require_free(config.host, config.port)
    with data_dir.held(config.data_dir):
        async with Crew() as crew:
            redis_url = config.redis_url or await valkey.start(crew, config.data_dir / "valkey.log")
            env = config.environment(os.environ, redis_url)
            await _prepare(crew, env)
            server = await crew.add(Child.start("Daphne", daphne.command(config), env))
            await daphne.ready(server, config)
            _greet(config)
            try:
                await crew.until_one_ends()
            finally:
                print("\nStopping …", flush=True)


async def _prepare(crew: Crew, env: dict[str, str]) -> None:
    """A process of its own: the launcher stays small, and Django is loaded with the children's environment."""
    command = [sys.executable, "-m", "chatproject.launch.prepare"]
    if await crew.finish(Child.start("Preparation", command, env)) != 0:
        raise Problem("could not prepare the database and the static files; the lines above say why.")


def _greet(config: Config) -> None:
    print(f"\nThe chat runs at {config.url} (Ctrl-C stops it).", flush=True)
    if config.host not in LOOPBACK and not os.environ.get("ALLOWED_HOSTS"):
        print("Other machines are refused until ALLOWED_HOSTS lists the names that they use for this one.", flush=True)
