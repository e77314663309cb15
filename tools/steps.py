"""Run commands, and say at the end which of them failed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


class Steps:
    """The names of the steps that failed so far."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def run(self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> bool:
        """Run `command` from the root of the project, with `env` added to the environment. True when it succeeded."""
        print(f"== {name}", flush=True)
        try:
            status = subprocess.call(command, cwd=ROOT, env={**os.environ, **(env or {})})
        except KeyboardInterrupt:
            sys.exit("Stopped.")
        return self.note(name, status == 0)

    def run_together(self, commands: Mapping[str, Sequence[str]], env: Mapping[str, str]) -> None:
        """Run several at the same time; what the first one says is seen at once, that of each other one at its end."""
        first, *others = commands
        with ExitStack() as stack:
            said = {name: stack.enter_context(tempfile.TemporaryFile()) for name in others}
            running = {name: _start(commands[name], env, said[name]) for name in others}
            try:
                self.run(first, commands[first], env)
                for name, process in running.items():
                    self.note(name, process.wait() == 0)
                    said[name].seek(0)
                    print(f"== {name}\n{said[name].read().decode()}", flush=True)
            finally:
                for process in running.values():
                    process.terminate()

    def note(self, name: str, good: bool) -> bool:
        """Remember how the step `name` ended, and hand `good` on."""
        if not good:
            self.failed.append(name)
        return good

    def finish(self) -> None:
        """End the program: status 1 with the names when something failed."""
        if self.failed:
            sys.exit(f"Failed: {', '.join(self.failed)}.")


def _start(command: Sequence[str], env: Mapping[str, str], said: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=said, stderr=subprocess.STDOUT)
