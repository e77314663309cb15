"""The generator's loop, and what its clients connect to."""

import socket
from collections.abc import Iterator

import pytest

from bench.loop import Loop
from tests.bench.pieces import pump
from tests.bench.test_clients import WAIT_S


@pytest.fixture(params=["c", "python"])
def loop(request: pytest.FixtureRequest) -> Iterator[Loop]:
    loop = Loop(pump() if request.param == "c" else None)
    yield loop
    loop.close()


@pytest.fixture
def pumping() -> Iterator[Loop]:
    loop = Loop(pump())
    yield loop
    loop.close()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(WAIT_S)
        yield server


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The generator's end, and the server's."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(WAIT_S)
    with ours, theirs:
        yield ours, theirs
