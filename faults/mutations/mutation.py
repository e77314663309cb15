"""A broken build: a copy of the product with one patch, and the round that must find it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import ROOT

from . import patching


@dataclass(frozen=True)
class Mutation:
    """`caught_as`: a kind of violation. `only`, `readers`, `rate`, `haste`: of its round; `settings`: of servers."""

    name: str
    what: str
    caught_as: str
    only: str
    readers: int
    rate: float
    haste: float
    settings: Mapping[str, str]
    patch: str

    @classmethod
    def read(cls, file: Path) -> Mutation:
        """The mutation in a file: lines of `Name: value`, an empty one, and the patch."""
        head, _blank, patch = file.read_text().partition("\n\n")
        said = dict(line.split(": ", 1) for line in head.splitlines())
        return cls(
            name=file.stem,
            what=said["What"],
            caught_as=said["Caught as"],
            only=said["Faults"],
            readers=int(said["Readers"]),
            rate=float(said["Rate"]),
            haste=float(said.get("Haste", 1)),
            settings=dict(pair.split("=") for pair in said.get("Settings", "").split()),
            patch=patch,
        )

    def build(self, folder: Path) -> dict[str, str]:
        """Make the broken build below `folder`; the environment in which Python imports it. Raises `Stale`."""
        shutil.copytree(ROOT / "chat", folder / "chat", ignore=shutil.ignore_patterns("__pycache__"))
        patching.apply(self.patch, folder)
        # Without the safe path Python looks into the working directory, where the whole build lies, first.
        return {"PYTHONSAFEPATH": "1", "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}


MUTATIONS = {file.stem: Mutation.read(file) for file in sorted(Path(__file__).parent.glob("*.patch"))}
