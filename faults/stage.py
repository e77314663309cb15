"""What runs beside the lab: PostgreSQL, Valkey, the servers, and a proxy in front of each of them."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.support.postgres import OwnServer
from tests.support.processes import ROOT, Process, free_port
from tests.support.servers import COMMANDS, Place, Server
from tests.support.valkey import Valkey

from .clock import set_offset
from .layer import LayerProxy
from .operating import Operating
from .proxy import Proxy

KINDS = ("daphne", "uvicorn")
STOP_S = 30
SETTINGS = {
    # Shorter than by default, so that a round sees many of them.
    "CHAT_POSITION_CHECK_S": "2",
    "CHAT_HEARTBEAT_S": "2",
    "CHAT_DRAIN_SPREAD_MS": "1000",
    "CHAT_WINDOW": "64",
}


def create_database(url: str) -> str:
    """The URL of a new database whose commits survive a crash of the server, as they do by default."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE lab TEMPLATE template0")
        connection.execute("ALTER DATABASE lab SET synchronous_commit = on")
    return urlunsplit(urlsplit(url)._replace(path="/lab"))


class LabServer(Server):
    """A server whose clock can be stepped."""

    def __init__(self, kind: str, place: Place) -> None:
        self.kind = kind
        self.place = place
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        self.clock = place.folder / f"{kind}.clock"
        if not self.clock.exists():
            set_offset(self.clock, 0)
        python, _m, *module = COMMANDS[kind](self.port)
        command = [python, "-m", "faults.clock", str(self.clock), *module]
        self.process = Process(kind, command, log=place.folder / f"{kind}.log", env=place.env)


class Stage:
    """Starts everything in `folder`; what it started it stops. `environment`: more of it for every process."""

    preparations: tuple[tuple[str, ...], ...] = (("migrate",),)
    """Commands of manage.py before the servers start."""

    def __init__(self, folder: Path, seed: int, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environment = environment or {}
        self.seed = seed
        self.crashes: list[str] = []
        self.servers: list[LabServer] = []
        self.doors: list[Proxy] = []

    async def start(self) -> None:
        self.postgres = await asyncio.to_thread(OwnServer)
        self.valkey = await asyncio.to_thread(Valkey, self.folder)
        self.layer = LayerProxy(self.valkey.port, f"{self.seed}-layer")
        await self.layer.start()
        url = await asyncio.to_thread(create_database, self.postgres.url)
        self.place = self.place_on(url, f"redis://{self.layer.host}/0")
        await asyncio.to_thread(self._prepare)
        self.operating = Operating(self.place)
        for kind in KINDS:
            door = Proxy(kind, 0, f"{self.seed}-{kind}")
            await door.start()
            self.doors.append(door)
            self.servers.append(LabServer(kind, self.place))
        for index in range(len(KINDS)):
            await self._ready(index)

    def place_on(self, database_url: str, redis_url: str) -> Place:
        """Where the servers live, and with which settings."""
        return Place("lab", database_url, redis_url, self.folder, {**SETTINGS, **self.environment})

    async def start_server(self, index: int) -> None:
        """A new process in the place of one that has ended."""
        self.servers[index] = LabServer(KINDS[index], self.place)
        await self._ready(index)

    async def stop_server(self, index: int) -> None:
        """SIGTERM, and the end that it should come to."""
        server = self.servers[index]
        server.process.terminate()
        try:
            status = await asyncio.to_thread(server.process.popen.wait, STOP_S)
        except subprocess.TimeoutExpired:
            await self.kill_server(index)
            self.crashes.append(f"{server.kind} did not stop within {STOP_S} s of SIGTERM")
            return
        if status:
            self.crashes.append(f"{server.kind} ended with status {status} after SIGTERM")

    async def kill_server(self, index: int) -> None:
        """SIGKILL."""
        self.servers[index].process.popen.kill()
        await asyncio.to_thread(self.servers[index].process.popen.wait)

    async def revive(self) -> None:
        """Start again what ended by itself."""
        for index, server in enumerate(self.servers):
            status = server.process.popen.poll()
            if status is not None:
                self.crashes.append(f"{server.kind} ended by itself with status {status}")
                await self.start_server(index)

    async def restart_valkey(self, away_s: float) -> None:
        """Kill it, and start an empty one on its port."""
        self.valkey.process.popen.kill()
        await asyncio.to_thread(self.valkey.process.popen.wait)
        await asyncio.sleep(away_s)
        await asyncio.to_thread(self.valkey.start)

    async def pause_valkey(self, pause_s: float) -> None:
        """SIGSTOP, and SIGCONT after a while."""
        self.valkey.process.popen.send_signal(signal.SIGSTOP)
        await asyncio.sleep(pause_s)
        self.valkey.process.popen.send_signal(signal.SIGCONT)

    async def restart_postgres(self, away_s: float) -> None:
        """A fast shutdown, and a start on the same data."""
        self.postgres.process.popen.send_signal(signal.SIGINT)
        await asyncio.to_thread(self.postgres.process.popen.wait, STOP_S)
        await asyncio.sleep(away_s)
        await asyncio.to_thread(self.postgres.start)

    async def crash_postgres(self) -> None:
        """An end without a goodbye, and a start that has to recover."""
        await asyncio.to_thread(self.postgres.crash)
        await asyncio.to_thread(self.postgres.start)

    def step_clock(self, index: int, rng: random.Random) -> None:
        """Set a server's clock to anything within a day of now."""
        set_offset(self.servers[index].clock, rng.uniform(-86400, 86400))

    async def stop(self) -> None:
        """Each part is stopped whatever becomes of the others."""
        parts = [server.stop for server in self.servers]
        parts += [self.operating.stop] if hasattr(self, "operating") else []
        parts += [self.valkey.stop] if hasattr(self, "valkey") else []
        parts += [self.postgres.remove] if hasattr(self, "postgres") else []
        ends = [(await asyncio.gather(asyncio.to_thread(stop), return_exceptions=True))[0] for stop in parts]
        for proxy in [*self.doors, *([self.layer] if hasattr(self, "layer") else [])]:
            await proxy.stop()
        if problems := [end for end in ends if isinstance(end, Exception)]:
            raise ExceptionGroup("not everything stopped well", problems)

    def tracebacks(self) -> dict[str, str]:
        """The last line of each traceback in the logs of the servers, with one whole example."""
        found: dict[str, str] = {}
        for kind in KINDS:
            text = (self.folder / f"{kind}.log").read_text(errors="replace")
            for part in text.split("Traceback (most recent call last):")[1:]:
                lines = [line for line in part.splitlines() if line and not line.startswith(" ")]
                found.setdefault(f"{kind}: {lines[0] if lines else '?'}", part[:4000])
        return found

    async def _ready(self, index: int) -> None:
        await asyncio.to_thread(self.servers[index].wait_ready)
        self.doors[index].upstream = self.servers[index].port

    def _prepare(self) -> None:
        for preparation in self.preparations:
            command = [sys.executable, "manage.py", *preparation, "--verbosity", "0"]
            subprocess.run(command, cwd=ROOT, env=self.place.env, check=True, stdout=subprocess.DEVNULL)
