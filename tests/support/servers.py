"""Real server processes: Daphne and uvicorn, each on a database and a Redis prefix of its own."""

import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chatproject.launch.daphne import APPLICATION, MAX_FRAME, MAX_MESSAGE
from tests.support.processes import Process, free_port

READY_S = 30
"""A start takes 2 s alone; several at once on a busy machine share it."""

UTF8_OF_UVICORN = re.compile(r"Invalid UTF-8 sequence received from client.\n(?:.*\n)*?UnicodeDecodeError: .*\n")

QUIET = {
    # No rate, no check on the clock helps a test by accident: a lost wake-up must show.
    "CHAT_SEND_RATE": "100000/1s",
    "CHAT_READERS_PER_PERSON": "100000",
    "CHAT_READERS_PER_ADDRESS": "100000",
    "CHAT_ENTRY_RATE": "100000/1s",
    "CHAT_TEST_RATE": "100000/1s",
    "CHAT_POSITION_CHECK_S": "30",
    "CHAT_ACCESS_CHECK_S": "60",
}


@dataclass
class Place:
    """Where a server's data lives: the environment that the server, its commands and its operator share."""

    name: str
    database_url: str
    redis_url: str
    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The whole environment; nothing of the developer's own settings comes through."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            "DJANGO_SETTINGS_MODULE": "chatproject.settings",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "REDIS_PREFIX": self.name,
            "SECRET_KEY": "a key for tests alone",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            **QUIET,
            **self.extra,
        }


def daphne(port: int) -> list[str]:
    """Command line of Daphne on a port of loopback."""
    endpoint = f"tcp:port={port}:interface=127.0.0.1:backlog=4096"
    limits = ["--websocket-max-message-size", str(MAX_MESSAGE), "--websocket-max-frame-size", str(MAX_FRAME)]
    quiet = ["--no-server-name", "--access-log", os.devnull]
    return [sys.executable, "-m", "chatproject.servers.daphne", "-e", endpoint, *limits, *quiet, APPLICATION]


def uvicorn(port: int) -> list[str]:
    """Command line of uvicorn on a port of loopback."""
    address = ["--host", "127.0.0.1", "--port", str(port), "--backlog", "4096", "--timeout-keep-alive", "75"]
    sockets = ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-max-size", str(MAX_FRAME)]
    stop = ["--timeout-graceful-shutdown", "15", "--no-access-log"]
    return [sys.executable, "-m", "chatproject.servers.uvicorn", APPLICATION, *address, *sockets, *stop]


COMMANDS = {"daphne": daphne, "uvicorn": uvicorn}


class Server:
    """One running server. `kind` is a key of COMMANDS; `command` makes another command line of it and a port."""

    def __init__(self, kind: str, place: Place, command: Callable[[str, int], list[str]] | None = None) -> None:
        self.kind = kind
        self.place = place
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        line = command(kind, self.port) if command else COMMANDS[kind](self.port)
        self.process = Process(place.name, line, log=place.folder / f"{kind}.log", env=place.env)

    def __str__(self) -> str:
        return self.place.name

    def wait_ready(self) -> None:
        """Return when the server answers; ProcessFailed with its log otherwise."""
        self.process.wait_ready(self._answers, READY_S)

    def stop(self) -> None:
        self.process.stop(timeout=20)

    def failures(self, start: int) -> str:
        """What the log holds from byte `start` on, when a traceback of ours is in it; else nothing.

        A text frame that is not UTF-8 never reaches us: uvicorn logs it with a traceback of its own.
        """
        output = self.process.output(start)
        ours = UTF8_OF_UVICORN.sub("", output)
        return output[-6000:] if "Traceback" in ours else ""

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
