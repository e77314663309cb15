"""Where the programs of the machine come from, for the tests that need one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tools import programs
from tools.programs import NGINX

CHROMIUM = replace(programs.CHROMIUM, places=())


class Machine:
    """A machine with the programs `has`, on which commands are noted; installing chromium adds it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, has: set[str], user: int = 0) -> None:
        self.has, self.commands = has, list[list[str]]()
        for program in (programs.CHROMIUM, programs.NGINX):
            monkeypatch.delenv(program.variable, raising=False)
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name in self.has else None)
        monkeypatch.setattr("os.geteuid", lambda: user)
        monkeypatch.setattr("subprocess.call", self._call)

    def _call(self, command: Sequence[str], **options: Any) -> int:
        self.commands.append(list(command))
        self.has |= {"chromium"} & set(command)
        return 0


def test_what_is_there_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {"google-chrome", "apt-get"})
    assert CHROMIUM.find_or_install() == "/usr/bin/google-chrome"
    assert machine.commands == []


def test_a_named_one_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    Machine(monkeypatch, {"chromium"})
    monkeypatch.setenv("CHROMIUM", "/opt/mine")
    assert CHROMIUM.find() == "/opt/mine"


def test_a_place_that_is_not_on_the_path_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {"nginx"})
    monkeypatch.setattr("os.path.exists", lambda path: path == "/usr/sbin/nginx")
    assert NGINX.find() == "/usr/bin/nginx"
    machine.has.clear()
    assert NGINX.find() == "/usr/sbin/nginx"


def test_root_on_debian_gets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {"apt-get"})
    assert CHROMIUM.find_or_install() == "/usr/bin/chromium"
    assert ["update" in command for command in machine.commands] == [True, False]
    assert all("nginx" not in command for command in machine.commands)


def test_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, {"apt-get"}, user=1000)
    assert CHROMIUM.find_or_install() is None
    assert machine.commands == []
