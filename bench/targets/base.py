"""What a target is, and what targets share."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

from tests.support.processes import Process, accepts, free_port
from tests.support.valkey import Valkey

from ..cpu import SERVER_CORES, cpu_ns, family, on
from ..dialects.base import Dialect, Site
from .postgres import DurablePostgres

READY_S = 60
QUIET_SHARE = 0.08
"""Share of a core below which a server counts as at rest: what is left are its timers."""


class Absent(Exception):
    """A target that this machine does not have; says what is missing."""


class Services:
    """Database and layer servers of a run, each started at its first use, on the generator's cores."""

    def __init__(self, folder: Path, profile: Path | None = None) -> None:
        self.folder = folder
        self.profile = profile
        if profile:
            profile.mkdir(parents=True, exist_ok=True)

    @cached_property
    def valkey(self) -> Valkey:
        return Valkey(self.folder)

    @cached_property
    def postgres(self) -> DurablePostgres:
        return DurablePostgres()

    def make_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder

    def stop(self) -> None:
        if "valkey" in self.__dict__:
            self.valkey.stop()
        if "postgres" in self.__dict__:
            self.postgres.remove()


class Target(ABC):
    """A server under measurement. `room` names a room that nobody has used."""

    @property
    @abstractmethod
    def site(self) -> Site:
        """Where the next client goes."""

    def __init__(self, name: str, dialect: Dialect, services: Services) -> None:
        self.name = name
        self.dialect = dialect
        self.services = services
        self._rooms = count()

    @abstractmethod
    def start(self, people: int) -> None:
        """Starts everything, for so many people. Raises `Absent`."""

    @abstractmethod
    def stop(self) -> None: ...

    @abstractmethod
    def restart(self) -> None:
        """A new process in place of the old one, perhaps at another address."""

    @property
    @abstractmethod
    def pids(self) -> list[int]:
        """The server's processes."""

    @property
    def beside(self) -> list[int]:
        """Processes that work for it: its database, its layer."""
        return []

    def transactions(self) -> int | None:
        """Transactions of its database so far, where that can be known."""
        return None

    def room(self) -> str:
        return f"room-{next(self._rooms)}"

    @contextmanager
    def profiled(self, name: str) -> Iterator[None]:
        """Profiles what the server does in this block, where that was asked for and can be had."""
        yield

    def settle(self, timeout: float = 20) -> None:
        """Returns when the server is at rest."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            before = sum(map(cpu_ns, self.pids))
            time.sleep(0.1)
            if sum(map(cpu_ns, self.pids)) - before < QUIET_SHARE * 1e8:
                return


class Program(Target):
    """A target that is one command on a port of its own."""

    process: Process

    @property
    def site(self) -> Site:
        return self._site

    @property
    def pids(self) -> list[int]:
        return family(self.process.pid)

    def launch(self, log: Path, env: Mapping[str, str] | None = None) -> None:
        port = free_port()
        with on(SERVER_CORES):
            self.process = Process(self.name, self.command(port), log=log, env=env)
        self.process.wait_ready(lambda: accepts(port), READY_S)
        self._site = Site(("127.0.0.1", port))

    @abstractmethod
    def command(self, port: int) -> Sequence[str]: ...

    def stop(self) -> None:
        if hasattr(self, "process"):
            self.process.stop(timeout=20)
