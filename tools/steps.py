"""Run commands, and say at the end which of them failed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

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

    def note(self, name: str, good: bool) -> bool:
        """Remember how the step `name` ended, and hand `good` on."""
        if not good:
            self.failed.append(name)
        return good

    def finish(self) -> None:
        """End the program: status 1 with the names when something failed."""
        if self.failed:
            sys.exit(f"Failed: {', '.join(self.failed)}.")
