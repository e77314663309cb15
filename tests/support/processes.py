"""Child processes of the tests: started in their own session, stopped by pid, their output kept in a file."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class ProcessFailed(AssertionError):
    """A child process ended, or was not ready in time; carries the tail of its log."""


def free_port() -> int:
    """A TCP port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], timeout: float, what: str, every: float = 0.02) -> None:
    """Return as soon as `condition` holds; AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {timeout} s"
        time.sleep(every)


def accepts(port: int) -> bool:
    """True when something listens on `port` of loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Process:
    """One child process with its log file. `user` is the account to run as, None for our own."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        user: int | None = None,
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as out:
            self.popen = subprocess.Popen(
                list(command),
                cwd=ROOT if user is None else log.parent,
                env=None if env is None else dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                user=user,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def output(self, start: int = 0) -> str:
        """What the process printed, from byte `start` on."""
        return self.log.read_bytes()[start:].decode(errors="replace")

    def wait_ready(self, ready: Callable[[], bool], timeout: float) -> None:
        """Return when `ready` holds; ProcessFailed with the log when the process ends or the time is up."""
        try:
            wait_until(lambda: self._alive() and ready(), timeout, f"{self.name} is ready", every=0.05)
        except BaseException as late:
            self.stop()
            if not isinstance(late, AssertionError):
                raise
            raise ProcessFailed(f"{late}\n{self.output()[-4000:]}") from None

    def terminate(self) -> None:
        """SIGTERM; `stop` waits for the end."""
        if self.popen.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def stop(self, timeout: float = 10) -> None:
        """SIGTERM, then SIGKILL after `timeout` seconds."""
        self.terminate()
        try:
            self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def _alive(self) -> bool:
        assert self.popen.poll() is None, f"{self.name} ended with {self.popen.returncode}"
        return True
