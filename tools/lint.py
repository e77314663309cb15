"""`make lint`: style and types of everything, all findings in one run."""

from __future__ import annotations

import sys

from . import node, vendor_free
from .steps import Steps


def main() -> None:
    """Exit status 1 when a linter found something."""
    steps, python = Steps(), [sys.executable, "-m"]
    steps.run("ruff check", [*python, "ruff", "check"])
    steps.run("ruff format", [*python, "ruff", "format", "--check"])
    steps.run("mypy", [*python, "mypy"])
    if node.install(steps):
        steps.run("tsc", [*node.module("tsc"), "--project", "."], node.ENVIRONMENT)
        steps.run("biome", [*node.module("biome"), "check", "--error-on-warnings"], node.ENVIRONMENT)
    steps.note("vendor-free", vendor_free.report())
    steps.finish()


if __name__ == "__main__":
    main()
