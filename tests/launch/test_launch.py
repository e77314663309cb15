"""`python -m chatproject.launch` as a person runs it: real processes, one data folder."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from chatproject.launch.ports import any_free
from tests.support.processes import ROOT, accepts, wait_until

START_S = 40.0
STOP_S = 25.0


def heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Launch:
    """One run of the launcher; its output goes to a file."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._log = folder / f"launch-{time.monotonic_ns()}.log"
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        places = {"PORT": str(port), "DATA_DIR": str(folder / "data"), "ENV_FILE": str(folder / "env")}
        with self._log.open("wb") as out:
            command = [sys.executable, "-m", "chatproject.launch"]
            # As from a terminal: a shell's background job would have it ignore Ctrl-C.
            self.popen = subprocess.Popen(
                command, cwd=ROOT, env=kept | places, stdout=out, stderr=subprocess.STDOUT, preexec_fn=heed_interrupts
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    def wait_up(self) -> "Launch":
        wait_until(lambda: self.popen.poll() is not None or "The chat runs at" in self.output, START_S, "the chat runs")
        assert self.popen.poll() is None, self.output
        return self

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def children(self) -> dict[str, psutil.Process]:
        """What it has started, by name."""
        found = {child: " ".join(child.cmdline()) for child in psutil.Process(self.popen.pid).children()}
        return {name: child for child, line in found.items() for name in ("valkey", "daphne") if name in line}

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit status."""
        self.popen.send_signal(number)
        return self.popen.wait(STOP_S)


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    launch = Launch(tmp_path, any_free())
    yield launch
    if launch.popen.poll() is None:
        launch.end(signal.SIGTERM)


def test_the_first_run_makes_rooms_and_an_administrator_which_the_second_keeps(launch: Launch, tmp_path: Path) -> None:
    launch.wait_up()
    assert "demo rooms" in launch.output
    assert "<form" in launch.get("/enter/")
    password = re.findall(r"password (\S+) \(shown once", launch.output)
    assert len(password) == 1
    assert f"ADMIN_PASSWORD={password[0]}\n" in (tmp_path / "env").read_text()
    children = launch.children()
    assert launch.end(signal.SIGINT) == 0
    _expect_gone(children)

    again = Launch(tmp_path, launch.port).wait_up()
    assert password[0] not in again.output
    assert "demo rooms" not in again.output
    assert again.end(signal.SIGTERM) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell a child that its parent has ended")
def test_a_killed_launcher_leaves_no_process_behind(launch: Launch) -> None:
    children = launch.wait_up().children()
    assert set(children) == {"valkey", "daphne"}
    launch.end(signal.SIGKILL)
    _expect_gone(children)


@pytest.mark.parametrize("name", ["Valkey", "Daphne"])
def test_a_child_that_dies_takes_the_rest_with_it(launch: Launch, name: str) -> None:
    children = launch.wait_up().children()
    children[name.lower()].kill()
    assert launch.popen.wait(STOP_S) == 1
    assert f"Stopped: {name} ended by itself (signal 9)" in launch.output
    _expect_gone(children)


def test_a_second_launcher_on_the_same_data_says_so_and_leaves_the_first_alone(launch: Launch, tmp_path: Path) -> None:
    launch.wait_up()
    second = Launch(tmp_path, any_free())
    assert second.popen.wait(STOP_S) == 1
    assert second.output.startswith("Stopped: a chat runs on")
    assert second.output.count("\n") == 1
    assert accepts(launch.port)


def _expect_gone(children: dict[str, psutil.Process]) -> None:
    _, alive = psutil.wait_procs(list(children.values()), timeout=STOP_S)
    assert not alive
