"""`make lock`: the newest versions that requirements*.in and package.json allow, with hashes, for every platform."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from . import node
from .steps import ROOT, Steps

UV = "uv==0.13.8"
COMPILE = ("--universal", "--python-version", "3.11", "--generate-hashes", "--only-binary", ":all:", "--upgrade")
# Without the places of the machine that made it.
BARE = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet")
PEERS = "bench/peers/"
HEADING = "# Made from {source} by `make lock`; change that file, not this one.\n"


def main() -> None:
    """Exit status 1 when a resolver found no answer."""
    steps = Steps()
    if steps.run("uv", [sys.executable, "-m", "pip", "install", "--quiet", UV]):
        _requirements(steps, "requirements")
        _requirements(steps, "requirements-dev", "--constraint", "requirements.txt")
        _requirements(steps, PEERS + "requirements")
    for folder in ("", PEERS):
        if node.npm(steps, f"npm {folder}", "install", "--package-lock-only", "--prefix", f"./{folder}"):
            _strip(ROOT / folder / "package-lock.json")
    steps.finish()


def _requirements(steps: Steps, name: str, *more: str) -> None:
    source, lock = f"{name}.in", ROOT / f"{name}.txt"
    compiler = [sys.executable, "-m", "uv", "pip", "compile", *COMPILE, *BARE, *more]
    if steps.run(f"{source} → {lock.name}", [*compiler, source, "--output-file", f"{name}.txt"]):
        lock.write_text(HEADING.format(source=source) + lock.read_text())


def _strip(lock: Path) -> None:
    """npm notes where it got each package; its hash is what counts."""
    lock.write_text(re.sub(r'^ *"resolved": .*\n', "", lock.read_text(), flags=re.M))


if __name__ == "__main__":
    main()
