"""Fixtures: the fleet of real servers, and a scene on one of them."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio

from tests.support.drivers import DRIVERS
from tests.support.fleet import DATABASES, MATRIX, Fleet
from tests.support.operator import Operator
from tests.support.scene import Scene
from tests.support.servers import Server

TESTS = Path(__file__).parent

# The same examples each time where nobody watches; new ones at each run of a developer.
hypothesis.settings.register_profile("ci", derandomize=True, database=None, print_blob=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

ALONE = ("bench", "deploy")
"""Folders whose tests have servers of their own, and want the machine for themselves."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in ALONE:
            item.add_marker("alone")


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Everything that runs beside the tests, started at its first use."""
    fleet = Fleet(tmp_path_factory.mktemp("fleet"))
    yield fleet
    fleet.stop()


@pytest.fixture(params=MATRIX, ids="-".join)
def server(request: pytest.FixtureRequest, fleet: Fleet) -> Iterator[Server]:
    """Each server of the matrix in turn. A traceback in its log fails the test that caused it."""
    server = fleet.server(*request.param)
    start = server.process.log.stat().st_size
    yield server
    assert not (failures := server.failures(start)), failures


@pytest.fixture(params=DRIVERS)
def via(request: pytest.FixtureRequest) -> str:
    """Each transport in turn."""
    return str(request.param)


@pytest_asyncio.fixture
async def scene(server: Server, fleet: Fleet) -> AsyncIterator[Scene]:
    """A scene on the server."""
    scene = Scene(server, fleet.operator(server.place))
    yield scene
    await scene.close()


@pytest.fixture(params=DATABASES)
def operator(request: pytest.FixtureRequest, fleet: Fleet) -> Operator:
    """The operator of each database in turn, for what needs no transport."""
    server = fleet.server("daphne", request.param)
    return fleet.operator(server.place)
