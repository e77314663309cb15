"""The first thing a newcomer meets: what it says when the machine is not ready."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import venv


@pytest.fixture(autouse=True)
def nothing_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[list[str]]]:
    """A machine without .venv, on which commands are noted and not run."""
    commands: list[list[str]] = []
    folder = tmp_path / "venv"
    monkeypatch.setattr(venv, "VENV", str(folder))
    monkeypatch.setattr(venv, "PYTHON", str(folder / "bin" / "python"))
    monkeypatch.setattr(venv, "STAMP", str(folder / ".installed"))

    def run(command: list[str], problem: str) -> None:
        commands.append(command)
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin" / "python").touch()

    monkeypatch.setattr(venv, "run", run)
    yield commands


def test_the_lock_is_installed_once(nothing_made: list[list[str]]) -> None:
    venv.main("requirements.txt")
    venv.main("requirements.txt")
    assert [command[2] for command in nothing_made] == ["venv", "pip"]
    assert {"--require-hashes", "--only-binary"} <= set(nothing_made[1])


def test_a_changed_lock_is_installed_again(nothing_made: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    venv.main("requirements.txt")
    monkeypatch.setattr(venv, "fingerprint", lambda path: "another")
    venv.main("requirements.txt")
    assert [command[2] for command in nothing_made] == ["venv", "pip", "pip"]


def test_both_locks_have_their_place(nothing_made: list[list[str]]) -> None:
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements.txt"):
        venv.main(lock)
    assert len(nothing_made) == 3
    assert len(venv.installed()) == 2


def test_an_old_python_is_one_line_that_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(venv, "runs", lambda name: name == "python3.12")
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed .* 3\.9\.18: .* make PYTHON=python3\.12"):
        venv.main("requirements.txt")


def test_a_python_without_its_venv_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        venv.main("requirements.txt")
