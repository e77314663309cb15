"""`make format`: rewrite what the linters can mend by themselves."""

from __future__ import annotations

import sys

from . import node
from .steps import Steps


def main() -> None:
    """Exit status 1 when something is left to mend by hand."""
    steps, python = Steps(), [sys.executable, "-m"]
    steps.run("ruff check", [*python, "ruff", "check", "--fix"])
    steps.run("ruff format", [*python, "ruff", "format"])
    if node.install(steps):
        steps.run("biome", [*node.module("biome"), "check", "--write"], node.ENVIRONMENT)
    steps.finish()


if __name__ == "__main__":
    main()
