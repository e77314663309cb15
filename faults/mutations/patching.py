"""Patches as `git diff` writes them, put in by their text alone: it does not matter where a line stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Stale(Exception):
    """The source is no longer what the patch was written for."""


class Hunk(NamedTuple):
    """One place of a patch: what a file says there, and what it says instead."""

    path: str
    old: str
    new: str


def apply(patch: str, tree: Path) -> list[str]:
    """Change the files below `tree`; their paths. Raises `Stale` unless each hunk fits in one place exactly."""
    found = list(hunks(patch))
    if not found:
        raise Stale("The patch changes nothing.")
    for hunk in found:
        file = tree / hunk.path
        source = file.read_text() if file.exists() else ""
        if source.count(hunk.old) != 1:
            raise Stale(f"{hunk.path} has {source.count(hunk.old)} places like this:\n{hunk.old}")
        file.write_text(source.replace(hunk.old, hunk.new))
    return sorted({hunk.path for hunk in found})


def hunks(patch: str) -> Iterator[Hunk]:
    """The hunks of a patch in its order; what stands before the first file is for people."""
    path = ""
    for part in re.split(r"^(?=--- |@@ )", patch, flags=re.MULTILINE)[1:]:
        first, *rest = part.splitlines(keepends=True)
        if first.startswith("--- "):
            path = rest[0].removeprefix("+++ b/").strip()
        else:
            yield Hunk(path, _side(rest, "-"), _side(rest, "+"))


def _side(lines: list[str], mark: str) -> str:
    """The lines of one side of a hunk. An editor may have taken the blank off an empty one."""
    return "".join(line[1:] or "\n" for line in lines if line[0] in (" ", "\n", mark))
