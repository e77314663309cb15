"""Programs of the machine that only some tests need: where they are, and how a machine gets them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """`variable` names it in the environment, `names` on PATH, `places` where PATH may not reach.

    `package` is its name for apt-get; `remedy` says what to do where it is missing.
    """

    package: str
    variable: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    remedy: str

    def find(self) -> str | None:
        """Its path, None when there is none."""
        return next(self._candidates(), None)

    def find_or_install(self) -> str | None:
        """The same, after an attempt to install the package where we may (Debian and its kin, as root)."""
        found = self.find()
        if found or os.geteuid() != 0 or shutil.which("apt-get") is None:
            return found
        print(f"== Installing {self.package}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", self.package]):
            subprocess.call(["apt-get", "--quiet", "--quiet", *command], env=environment, stdout=subprocess.DEVNULL)
        return self.find()

    def _candidates(self) -> Iterator[str]:
        told = os.environ.get(self.variable)
        if told:
            yield told
        yield from (found for name in self.names if (found := shutil.which(name)))
        yield from (path for path in self.places if os.path.exists(path))


CHROMIUM = Program(
    package="chromium",
    variable="CHROMIUM",
    names=("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    places=(
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    remedy="No Chromium for the browser tests: install chromium or google-chrome, or set CHROMIUM to its path.",
)

NGINX = Program(
    package="nginx",
    variable="NGINX_PROGRAM",  # NGINX is its own, for sockets that it inherits
    names=("nginx",),
    places=("/usr/sbin/nginx",),
    remedy="No nginx for the tests of a rolling restart: install nginx, or set NGINX_PROGRAM to its path.",
)
