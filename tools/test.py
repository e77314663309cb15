"""`make test`: everything that can fail. Arguments go to pytest: `.venv/bin/python -m tools.test -k cursor`."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from . import browser, node
from .steps import IN_CI, Steps

JS_TESTS = "tests/js/**/*.test.js"


def main(arguments: list[str]) -> None:
    """Exit status 1 when a test failed, or, with CI=true, when one could not run."""
    steps = Steps()
    chromium = browser.find_or_install()
    if chromium is None:
        print(browser.REMEDY, flush=True)
        steps.note("browser", not IN_CI)
    _javascript(steps)
    # Last, so that its summary is the end of the output.
    _python(steps, chromium, arguments)
    steps.finish()


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


def _python(steps: Steps, chromium: str | None, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pytest", *arguments]
    command += ["-p", "tools.no_skips"] if IN_CI else []
    if chromium is None:
        steps.run("pytest", [*command, "-m", "not browser"])
        return
    steps.run("pytest", command, {"CHROMIUM": chromium})


if __name__ == "__main__":
    main(sys.argv[1:])
