"""The web server: its command, and how to see that it answers."""

from __future__ import annotations

import asyncio
import sys

from .child import Child
from .config import Config
from .problem import Problem

APPLICATION = "chatproject.asgi:application"
MAX_FRAME = 64 * 1024  # bytes, of what comes in; the application itself refuses frames above 16 KiB
# Bytes. Daphne holds to it in both directions, and the longest batch (100 messages of 4,000 characters) must go out.
MAX_MESSAGE = 4 * 1024 * 1024
READY_S = 60.0
POLL_S = 0.05


def command(config: Config) -> list[str]:
    """Daphne on one address, in the form that sends readers away before it stops."""
    interface = config.host.replace(":", r"\:")
    return [
        *(sys.executable, "-m", "chatproject.servers.daphne"),
        *("--endpoint", f"tcp:port={config.port}:interface={interface}:backlog=4096"),
        *("--websocket-max-message-size", str(MAX_MESSAGE), "--websocket-max-frame-size", str(MAX_FRAME)),
        *("--ping-interval", "20", "--ping-timeout", "30"),
        *("--verbosity", "0", "--no-server-name"),
        APPLICATION,
    ]


async def ready(child: Child, config: Config) -> None:
    """Return when the server answers. Problem when it has ended or is late."""
    try:
        async with asyncio.timeout(READY_S):
            while not await _answers(config.near_host, config.port):
                if not child.running:
                    raise Problem("Daphne did not start; the lines above say why.")
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise Problem(f"Daphne does not answer within {READY_S:.0f} s.") from None


async def _answers(host: str, port: int) -> bool:
    """True for any HTTP answer: a refusal of our host name is a sign of life too."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return (await reader.readline()).startswith(b"HTTP/1.1 ")
    except OSError:
        return False
    finally:
        writer.close()
