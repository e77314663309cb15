"""The Chromium of the machine, for the browser tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
REMEDY = "No Chromium for the browser tests: install chromium or google-chrome, or set CHROMIUM to its path."


def find() -> str | None:
    """Path of a Chromium: CHROMIUM, else what PATH has, else a macOS application. None when there is none."""
    return next(_candidates(), None)


def find_or_install() -> str | None:
    """The same, after an attempt to install the package where we may (Debian and its kin, as root)."""
    found = find()
    if found or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    print("== Installing chromium", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.call(["apt-get", "--quiet", "--quiet", *command], env=environment, stdout=subprocess.DEVNULL)
    return find()


def _candidates() -> Iterator[str]:
    told = os.environ.get("CHROMIUM")
    if told:
        yield told
    yield from (found for name in NAMES if (found := shutil.which(name)))
    yield from (path for path in APPLICATIONS if os.path.exists(path))
