"""Socket.IO on Node, python-socketio on uvicorn, Nchan in nginx. None of them stores anything or asks who one is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.processes import ROOT
from tools import node

from .. import INSTALLED
from ..dialects.nchan import Nchan
from ..dialects.socketio import SocketIO
from .base import Absent, Program, Services

PEERS = ROOT / "bench" / "peers"
NCHAN = [Path(folder) / "ngx_nchan_module.so" for folder in ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules")]


class Peer(Program):
    """A peer is a program that needs nothing beside it."""

    def start(self, people: int) -> None:
        self.install()
        self.folder = self.services.make_folder(self.name)
        self.restart()

    def install(self) -> None:
        """Leaves the peer's packages installed; raises `Absent`."""
        raise NotImplementedError

    def restart(self) -> None:
        self.stop()
        self.launch(self.folder / "log", self.env)

    @property
    def env(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"]}


class SocketIOTarget(Peer):
    def __init__(self, name: str, services: Services) -> None:
        super().__init__(name, SocketIO(plain=True), services)

    def install(self) -> None:
        home = INSTALLED / "node"
        lock = (PEERS / "package-lock.json").read_bytes()
        if (home / "package-lock.json").exists() and (home / "package-lock.json").read_bytes() == lock:
            return
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(PEERS / "package.json", home)
        shutil.copy(PEERS / "package-lock.json", home / "package-lock.json")
        _run([node.NODE, node.NPM, "ci"], "Socket.IO from npm", home, node.ENVIRONMENT)

    def command(self, port: int) -> list[str]:
        # Node looks for packages beside the script.
        script = shutil.copy(PEERS / "socketio.mjs", INSTALLED / "node")
        return [node.NODE, str(script), str(port)]


class PythonSocketIOTarget(Peer):
    def __init__(self, name: str, services: Services) -> None:
        super().__init__(name, SocketIO(plain=False), services)

    def install(self) -> None:
        home = INSTALLED / "python"
        if not home.exists():
            lock = str(PEERS / "requirements.txt")
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--target", str(home)]
            _run([*pip, "-r", lock], "python-socketio from PyPI", ROOT, {})

    def command(self, port: int) -> list[str]:
        address = ["--host", "127.0.0.1", "--port", str(port), "--backlog", "4096", "--no-access-log"]
        sockets = ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false"]
        return [sys.executable, "-m", "uvicorn", "bench.peers.python_socketio:application", *address, *sockets]

    @property
    def env(self) -> dict[str, str]:
        return {**super().env, "PYTHONPATH": os.pathsep.join([str(ROOT), str(INSTALLED / "python")])}


class NchanTarget(Peer):
    def __init__(self, name: str, services: Services) -> None:
        super().__init__(name, Nchan(), services)

    def install(self) -> None:
        if not any(path.exists() for path in NCHAN) and os.geteuid() == 0 and shutil.which("apt-get"):
            apt = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "libnginx-mod-nchan"]
            _run(apt, "Nchan from Debian", ROOT, {"DEBIAN_FRONTEND": "noninteractive"})
        self.nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        if not self.nginx or not any(path.exists() for path in NCHAN):
            raise Absent("Nchan: install Debian's libnginx-mod-nchan, or run as root and it is installed")

    def command(self, port: int) -> list[str]:
        module = next(path for path in NCHAN if path.exists())
        text = (PEERS / "nchan.conf").read_text()
        for name, value in {"module": module, "folder": self.folder, "port": port}.items():
            text = text.replace(f"{{{name}}}", str(value))
        config = self.folder / "nchan.conf"
        config.write_text(text)
        return [str(self.nginx), "-p", str(self.folder), "-c", str(config)]


def _run(command: list[str], what: str, folder: Path, env: dict[str, str]) -> None:
    try:
        subprocess.run(command, cwd=folder, env={**os.environ, **env}, check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise Absent(f"{what} cannot be installed: {problem}") from None
