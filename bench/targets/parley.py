"""The chat itself on one of its servers and databases, with production settings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from tests.support.operator import Operator
from tests.support.processes import ROOT, Process, free_port, wait_until
from tests.support.servers import COMMANDS, Place, Server

from ..cpu import SERVER_CORES, family, on
from ..dialects.base import Person, Site
from ..dialects.parley import Parley
from .base import Services, Target

PROFILE_S = 60
"""For writing a profile, at the pace of a server that is being profiled."""

RAISED = {
    "CHAT_READERS_PER_ADDRESS": "1000000",
    "CHAT_SEND_RATE": "1000000/1s",
}
"""Limits that a benchmark must raise: it comes from one address, and writes faster than people do."""


class BenchPlace(Place):
    """Production settings but for `RAISED`; nothing of the developer's own comes through."""

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "DJANGO_SETTINGS_MODULE": "chatproject.settings",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "REDIS_PREFIX": self.name,
            "SECRET_KEY": "a key for the benchmark alone, long enough for the checks of Django",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "LOG_LEVEL": "WARNING",
            **RAISED,
            **self.extra,
        }


class BenchServer(Server):
    """A server on the server's core; with `profile` under a profiler that writes there."""

    def __init__(self, kind: str, place: Place, profile: Path | None) -> None:
        self.kind = kind
        self.place = place
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        command = COMMANDS[kind](self.port)
        if profile:
            python, _m, *module = command
            command = [python, "-m", "bench.profiled", str(profile), *module]
        with on(SERVER_CORES):
            self.process = Process(kind, command, log=place.folder / f"{kind}.log", env=place.env)


class ParleyTarget(Target):
    """`kind` is daphne or uvicorn, `database` sqlite or postgresql; clients are spread over the `processes`."""

    def __init__(self, name: str, services: Services, kind: str, database: str, processes: int = 1) -> None:
        super().__init__(name, Parley(), services)
        self.kind, self.database, self.processes = kind, database, processes
        self.servers: list[BenchServer] = []

    def start(self, people: int) -> None:
        folder = self.services.make_folder(self.name)
        tag = f"bench-{os.getpid()}-{self.name}"
        if self.database == "postgresql":
            url = self.services.postgres.create_database(tag)
        else:
            url = f"sqlite:///{folder}/chat.sqlite3"
        self.place = BenchPlace(tag, url, self.services.valkey.url, folder)
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=self.place.env, check=True)
        self.operator = Operator(self.place, "bench.targets.operating")
        crowd = self.operator("make_crowd", count=people)
        self.owner = crowd[0]["id"]
        self.people = [Person(person["session"], f"{number:032x}") for number, person in enumerate(crowd)]
        self._launch()

    def fill(self, room: str, count: int) -> None:
        """Writes a history into a room that nobody reads yet."""
        self.operator("fill", slug=room, author=self.owner, count=count)

    def restart(self) -> None:
        self._stop_servers()
        self._launch()

    def _launch(self) -> None:
        profile = self.services.profile / f"{self.name}.prof" if self.services.profile else None
        self.servers = [BenchServer(self.kind, self.place, profile) for _ in range(self.processes)]
        for server in self.servers:
            server.wait_ready()
        self._sites = cycle([Site(("127.0.0.1", server.port), self.people) for server in self.servers])

    @property
    def site(self) -> Site:
        """The next process; each client asks once."""
        return next(self._sites)

    def _stop_servers(self) -> None:
        for server in self.servers:
            server.stop()

    @contextmanager
    def profiled(self, name: str) -> Iterator[None]:
        if self.services.profile is None:
            yield
            return
        path = self.services.profile / f"{self.name}.prof"
        os.kill(self.pids[0], signal.SIGUSR1)
        yield
        os.kill(self.pids[0], signal.SIGUSR1)
        wait_until(path.exists, PROFILE_S, f"the profile of {name}")
        path.rename(path.with_name(f"{self.name}-{name}.prof"))

    def stop(self) -> None:
        self._stop_servers()
        if hasattr(self, "operator"):
            self.operator.stop()

    @property
    def pids(self) -> list[int]:
        return [pid for server in self.servers for pid in family(server.process.pid)]

    @property
    def beside(self) -> list[int]:
        pids = [self.services.valkey.process.pid]
        if self.database == "postgresql":
            pids += family(self.services.postgres.process.pid)
        return pids

    def transactions(self) -> int | None:
        if self.database != "postgresql":
            return None
        return self.services.postgres.transactions(self.place.database_url.rsplit("/", 1)[1])

    def room(self) -> str:
        return str(self.operator("make_room", owner=self.owner, kind="public")["slug"])
