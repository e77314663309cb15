"""A PostgreSQL that keeps what it has committed, unlike the one of the tests."""

from __future__ import annotations

import psycopg

from tests.support.postgres import OwnServer
from tests.support.processes import Process, accepts


class DurablePostgres(OwnServer):
    """With the server's own defaults, fsync included."""

    def start(self) -> None:
        data = ["-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1", "-k", ""]
        command = [str(self.programs / "postgres"), *data]
        self.process = Process("postgres", command, log=self.folder / "log", user=self.user)
        self.process.wait_ready(lambda: accepts(self.port) and self._answers(), timeout=30)

    def create_database(self, name: str) -> str:
        """Makes a database and returns its URL."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    def transactions(self, name: str) -> int:
        """How many a database has ended by now; each query outside of a transaction is one. Late by up to a second."""
        with psycopg.connect(self.url) as connection:
            found = connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = %s", [name]).fetchone()
        return int(found[0]) if found else 0

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True
