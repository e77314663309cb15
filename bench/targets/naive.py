"""The naive Channels application on Daphne or uvicorn, with Valkey and SQLite."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.processes import ROOT

from ..dialects.naive import Naive
from .base import Program, Services

APPLICATION = "bench.naive.asgi:application"


class NaiveTarget(Program):
    def __init__(self, name: str, services: Services) -> None:
        super().__init__(name, Naive(), services)

    def start(self, people: int) -> None:
        self.folder = self.services.make_folder(self.name)
        self.env = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "bench.naive.settings",
            "NAIVE_DATABASE": str(self.folder / "naive.sqlite3"),
            "REDIS_URL": self.services.valkey.url,
        }
        command = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True)
        self.restart()

    def restart(self) -> None:
        self.stop()
        self.launch(self.folder / "log", self.env)

    def command(self, port: int) -> list[str]:
        endpoint = f"tcp:port={port}:interface=127.0.0.1:backlog=4096"
        return [sys.executable, "-m", "daphne", "-e", endpoint, "--access-log", os.devnull, APPLICATION]

    @property
    def beside(self) -> list[int]:
        return [self.services.valkey.process.pid]
