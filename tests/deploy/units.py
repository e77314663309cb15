"""The units of systemd, and their processes as systemd runs them: started, waited for, stopped."""

import re
import shlex
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from tests.support.processes import ROOT, Process
from tests.support.servers import READY_S, Place

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
STOP_S = 30
"""TimeoutStopSec of the units: then systemd kills."""


def commands(unit: Path, port: int = 8001) -> list[list[str]]:
    """What the unit starts, in words, with `%i` as a port and without the path of Python."""
    text = unit.read_text().replace("\\\n", " ").replace("%i", str(port))
    return [shlex.split(line)[1:] for line in re.findall(r"^ExecStart=(.*)$", text, re.M)]


class Unit:
    """One process of a unit, `parley-web@PORT` or `parley-daphne@PORT`, on the data of a place."""

    def __init__(self, name: str, port: int, place: Place) -> None:
        (self.command,) = commands(DEPLOY / "systemd" / f"{name}@.service", port)
        self.port = port
        self.place = place
        self.log = place.folder / f"{name}-{port}.log"
        # Not below pytest's own folder, whose path may be too long for a socket.
        self._folder = tempfile.mkdtemp(prefix="chat-unit-")
        self._notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notified.bind(f"{self._folder}/notify")
        self._notified.setblocking(False)
        self.start()

    def start(self) -> None:
        env = self.place.env | {"NOTIFY_SOCKET": f"{self._folder}/notify"}
        self.process = Process(self.log.stem, [sys.executable, *self.command], log=self.log, env=env)

    def wait_ready(self) -> None:
        """Return when it has said so."""
        self.process.wait_ready(self._has_notified, READY_S)

    def restart(self) -> None:
        """As `systemctl restart`: SIGTERM, its end with status 0, a start, its word that it serves."""
        self.process.terminate()
        assert self.process.popen.wait(STOP_S) == 0, self.process.output()[-4000:]
        self.start()
        self.wait_ready()

    def kill(self) -> None:
        """SIGKILL, and no start."""
        self.process.popen.kill()
        self.process.popen.wait()

    def stop(self) -> None:
        self.process.stop(STOP_S)
        self._notified.close()
        shutil.rmtree(self._folder)

    def _has_notified(self) -> bool:
        try:
            return self._notified.recv(4096) == b"READY=1"
        except BlockingIOError:
            return False
