"""`make test`: everything that can fail. Arguments go to pytest: `.venv/bin/python -m tools.test -k cursor`."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from . import node
from .programs import CHROMIUM, NGINX, Program
from .steps import IN_CI, Steps

JS_TESTS = "tests/js/**/*.test.js"
BESIDE = ["-n", "logical", "--maxprocesses", "4", "--dist", "worksteal"]
"""Most of a test is waiting; each worker has servers and a browser of its own."""


def main(arguments: list[str]) -> None:
    """Exit status 1 when a test failed, or, with CI=true, when one could not run."""
    steps = Steps()
    paths = {program: _provide(steps, program) for program in (CHROMIUM, NGINX)}
    _javascript(steps)
    # Last, so that its summary is the end of the output.
    _python(steps, paths, arguments)
    steps.finish()


def _provide(steps: Steps, program: Program) -> str | None:
    """Its path. Where it cannot be had, its tests do not run, which fails in CI alone."""
    path = program.find_or_install()
    if path is None:
        print(program.remedy, flush=True)
        steps.note(program.package, not IN_CI)
    return path


def _javascript(steps: Steps) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tap = Path(folder) / "tap"
        reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"]
        reporters += ["--test-reporter=tap", f"--test-reporter-destination={tap}"]
        if steps.run("node", [node.NODE, "--test", *reporters, JS_TESTS]) and IN_CI:
            steps.note("node: tests that did not run", all_ran(tap.read_text()))


def all_ran(tap: str) -> bool:
    counts = {name: int(count) for name, count in re.findall(r"^# (tests|skipped|todo) (\d+)$", tap, re.M)}
    return counts.get("tests", 0) > 0 and not counts.get("skipped") and not counts.get("todo")


def _python(steps: Steps, paths: Mapping[Program, str | None], arguments: list[str]) -> None:
    """Beside each other what does not mind; then, by itself, what wants the machine for itself."""
    command = [sys.executable, "-m", "pytest", *arguments]
    command += ["-p", "tools.no_skips"] if IN_CI else []
    env = {program.variable: path for program, path in paths.items() if path}
    if arguments:
        steps.run("pytest", command if paths[CHROMIUM] else [*command, "-m", "not browser"], env)
        return
    together = "browser or not alone" if paths[CHROMIUM] else "not browser and not alone"
    steps.run("pytest", [*command, *BESIDE, "-m", together], env)
    steps.run("pytest: alone", [*command, "-m", "alone and not browser"], env)


if __name__ == "__main__":
    main(sys.argv[1:])
