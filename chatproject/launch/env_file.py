"""The settings file of this installation: `NAME=value` lines, readable by their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

HEADING = "# Settings of this installation; .env.example lists them all. Keep it to yourself.\n"


def add(path: Path, name: str, value: str) -> None:
    """Append `name=value`, leaving what is there as it is. `value` must need no quotes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+") as file:
        os.fchmod(file.fileno(), 0o600)
        present = file.read()
        if not present:
            file.write(HEADING)
        elif not present.endswith("\n"):
            file.write("\n")
        file.write(f"{name}={value}\n")
