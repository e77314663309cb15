"""The last steps before a process serves."""

import gc
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatproject.servers import ready


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_there_from_the_start_is_collected_no_more() -> None:
    assert gc.get_freeze_count() == 0
    ready.tell()
    assert gc.get_freeze_count() > 10_000


def listen(address: str) -> socket.socket:
    supervisor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    supervisor.bind(address)
    supervisor.setblocking(False)
    return supervisor


def test_without_a_supervisor_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    ready.tell()


def test_a_supervisor_at_a_path_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder, listen(path := str(Path(folder) / "notify")) as supervisor:
        monkeypatch.setenv("NOTIFY_SOCKET", path)
        ready.tell()
        assert supervisor.recv(100) == b"READY=1"


@pytest.mark.skipif(sys.platform != "linux", reason="abstract addresses are of Linux alone")
def test_a_supervisor_at_an_abstract_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"chat-{os.getpid()}"
    with listen(f"\0{name}") as supervisor:
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        ready.tell()
        assert supervisor.recv(100) == b"READY=1"
