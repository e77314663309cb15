"""The chat itself on one of its servers and databases, with production settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.operator import Operator
from tests.support.processes import ROOT, Process, free_port
from tests.support.servers import COMMANDS, READY_S, Place, Server

from ..cpu import SERVER_CORES, family, on
from ..dialects.base import Person, Site
from ..dialects.parley import Parley
from .base import Services, Target

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
    """`kind` is daphne or uvicorn, `database` sqlite or postgresql."""

    own = True

    def __init__(self, name: str, services: Services, kind: str, database: str) -> None:
        super().__init__(name, Parley(), services)
        self.kind, self.database = kind, database

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
        self.operator = Operator(self.place)
        crowd = self.operator("make_crowd", count=people)
        self.owner = crowd[0]["id"]
        self.people = [Person(person["session"], f"{number:032x}") for number, person in enumerate(crowd)]
        self._launch()

    def restart(self) -> None:
        self.server.stop()
        self._launch()

    def _launch(self) -> None:
        profile = self.services.profile / f"{self.name}.prof" if self.services.profile else None
        self.server = BenchServer(self.kind, self.place, profile)
        self.server.process.wait_ready(self.server._answers, READY_S)
        self.site = Site(("127.0.0.1", self.server.port), self.people)

    def stop(self) -> None:
        if hasattr(self, "server"):
            self.server.stop()
        if hasattr(self, "operator"):
            self.operator.stop()

    @property
    def pids(self) -> list[int]:
        return family(self.server.process.pid)

    @property
    def beside(self) -> list[int]:
        pids = [self.services.valkey.process.pid]
        if self.database == "postgresql":
            pids += family(self.services.postgres.process.pid)
        return pids

    def room(self) -> str:
        return str(self.operator("make_room", owner=self.owner, kind="public")["slug"])
