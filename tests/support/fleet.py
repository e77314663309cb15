"""All that the tests share: Redis, PostgreSQL, migrated databases, and the servers, each started at its first use."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from tests.support.operator import Operator
from tests.support.postgres import Postgres
from tests.support.processes import ROOT
from tests.support.servers import COMMANDS, Place, Server
from tests.support.valkey import Valkey

DATABASES = ("sqlite", "postgresql")
MATRIX = tuple((kind, database) for kind in COMMANDS for database in DATABASES)
SPECIAL = {("uvicorn", "sqlite"): {"CHAT_SHORTCUT": "false"}}
"""On one of them every poll takes the view: what holds, holds with and without the shortcut."""


class Fleet:
    """Starts what a test asks for, keeps it for the session, stops it at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._servers: dict[tuple[str, str], Server] = {}
        self._ready: set[Server] = set()
        self._operators: dict[str, Operator] = {}
        self._extra: list[Server] = []

    @cached_property
    def redis_url(self) -> str:
        given = os.environ.get("REDIS_URL")
        return given or self._valkey.url

    @cached_property
    def postgres(self) -> Postgres:
        return Postgres(os.environ.get("TEST_DATABASE_URL"))

    @cached_property
    def _valkey(self) -> Valkey:
        return Valkey(self.folder)

    def server(self, kind: str, database: str) -> Server:
        """The server of the matrix; the first call starts all four at once."""
        if not self._servers:
            places = {pair: self.place("-".join(pair), pair[1], extra=SPECIAL.get(pair)) for pair in MATRIX}
            self._servers = {pair: Server(pair[0], place) for pair, place in places.items()}
        server = self._servers[kind, database]
        if server not in self._ready:
            server.wait_ready()
            self._ready.add(server)
        return server

    def extra_server(self, kind: str, place: Place) -> Server:
        """One more server, on a place of its own or of another server."""
        server = Server(kind, place)
        self._extra.append(server)
        server.wait_ready()
        return server

    def operator(self, place: Place) -> Operator:
        """The operator of a place."""
        if place.name not in self._operators:
            self._operators[place.name] = Operator(place)
        return self._operators[place.name]

    def silent_operator(self, place: Place) -> Operator:
        """Another operator of a place, whose changes no channel layer tells anybody."""
        return self.operator(replace(place, name=f"{place.name}-silent", redis_url=""))

    def second_operator(self, place: Place) -> Operator:
        """One more process beside the operator of a place."""
        return self.operator(replace(place, name=f"{place.name}-second"))

    def place(
        self, name: str, database: str, redis_url: str | None = None, extra: Mapping[str, str] | None = None
    ) -> Place:
        """A new migrated database of the given kind, with a folder.

        `redis_url`: another Redis than the shared one, "" for none. `extra` adds to the environment.
        """
        folder = self.folder / name
        folder.mkdir()
        name = f"test-{os.getpid()}-{name}"
        if database == "postgresql":
            url = self.postgres.create_database(name, self._template)
        else:
            shutil.copy(self._migrated, folder / "chat.sqlite3")
            url = f"sqlite:///{folder}/chat.sqlite3"
        return Place(name, url, self.redis_url if redis_url is None else redis_url, folder, extra or {})

    def stop(self) -> None:
        for operator in self._operators.values():
            operator.stop()
        servers = [*self._extra, *self._servers.values()]
        for server in servers:
            server.process.terminate()
        for server in servers:
            server.stop()
        for name in ("postgres", "_valkey"):
            if name in self.__dict__:
                getattr(self, name).stop()

    @cached_property
    def _template(self) -> str:
        """Name of the migrated PostgreSQL database that the others are copies of."""
        name = f"test-{os.getpid()}-template"
        self.migrate(Place("template", self.postgres.create_database(name), "", self.folder))
        return name

    @cached_property
    def _migrated(self) -> Path:
        path = self.folder / "migrated.sqlite3"
        self.migrate(Place("template", f"sqlite:///{path}", "", self.folder))
        return path

    def migrate(self, place: Place) -> None:
        """Make the tables of a place; AssertionError with the output when that fails."""
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        done = subprocess.run(command, cwd=ROOT, env=place.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
