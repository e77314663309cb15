"""A real nginx with the project's own configuration, in which addresses, paths and the account alone are others."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import psutil
import pytest

from tests.deploy.certificate import make_certificate
from tests.deploy.ports import lasting_port
from tests.deploy.units import DEPLOY
from tests.support.processes import Process, accepts, wait_until
from tools.programs import NGINX

READY_S = 10


def render(folder: Path, plain: int, port: int, webs: tuple[int, int], static: Path) -> str:
    """The configuration for HTTP and HTTPS on ports of loopback; all that nginx writes is in `folder`."""
    scratch = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = (DEPLOY / "nginx.conf").read_text()
    for shipped, ours in (
        (r"^user .*;$", f"user {pwd.getpwuid(os.geteuid()).pw_name};"),
        (r"/var/log/nginx/", f"{folder}/"),
        (r"/run/nginx\.pid", f"{folder}/nginx.pid"),
        (r"^http \{\n", f"http {{\n{scratch}"),
        (r"^ *listen \[::\].*\n", ""),
        (r"listen 80 ", f"listen 127.0.0.1:{plain} "),
        (r"listen 443 ", f"listen 127.0.0.1:{port} "),
        (r"127\.0\.0\.1:8001", f"127.0.0.1:{webs[0]}"),
        (r"127\.0\.0\.1:8002", f"127.0.0.1:{webs[1]}"),
        (r"/etc/letsencrypt/live/chat\.example\.org/", f"{folder}/"),
        (r"/var/lib/parley/static/", f"{static}/"),
    ):
        text, count = re.subn(shipped, ours, text, flags=re.M)
        assert count, f"deploy/nginx.conf has no {shipped}"
    return text


def program() -> str:
    """Its path; skips the test on a machine without one."""
    found = NGINX.find() if sys.platform == "linux" else None
    if found is None:
        pytest.skip(NGINX.remedy)
    return found


class Nginx:
    """HTTPS at `url`, in front of two web processes."""

    def __init__(self, webs: tuple[int, int], static: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chat-nginx-"))
        self.plain, self.port = lasting_port(), lasting_port()
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"https://{self.host}"
        make_certificate(self.folder)
        conf = self.folder / "nginx.conf"
        conf.write_text(render(self.folder, self.plain, self.port, webs, static))
        self.command = [program(), "-e", str(self.folder / "error.log"), "-c", str(conf)]
        self.start()

    def test(self) -> str:
        """What `nginx -t` says."""
        return subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False).stderr

    def start(self) -> None:
        """In the foreground, as a child of ours."""
        self.process = Process("nginx", [*self.command, "-g", "daemon off;"], log=self.folder / "nginx.log")
        self.process.wait_ready(lambda: accepts(self.port), READY_S)

    def reload(self) -> None:
        """As `systemctl reload nginx`; returns when new workers serve."""
        before = self._workers()
        self.process.popen.send_signal(signal.SIGHUP)
        wait_until(lambda: bool(self._workers() - before), READY_S, "nginx has new workers")

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        self.process.stop()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def lines(self) -> list[str]:
        """The access log."""
        return (self.folder / "access.log").read_text().splitlines()

    def statuses(self, first: int = 0) -> Counter[str]:
        """How often each status was answered, from line `first` of the log on."""
        return Counter(_outcome(line)[0] for line in self.lines[first:])

    def failures(self, first: int = 0) -> list[str]:
        """The requests that were answered with an error of a server."""
        return [line for line in self.lines[first:] if _outcome(line)[0].startswith("5")]

    def retried(self, first: int = 0) -> int:
        """How many requests were passed on to the other web process: each has its time in the log."""
        return sum(any("," in word for word in _outcome(line)) for line in self.lines[first:])

    def _workers(self) -> set[int]:
        return {child.pid for child in psutil.Process(self.process.pid).children()}


def _outcome(line: str) -> list[str]:
    """The words after the request: status, bytes, seconds, seconds of each web process that was asked."""
    return line.rsplit('" ', 1)[1].split()
