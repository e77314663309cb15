"""The installation of docs/self-hosting.md, once with each unit for web processes."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.deploy.nginx import program
from tests.deploy.site import Site
from tests.support.fleet import Fleet
from tests.support.scene import Scene


@pytest.fixture(scope="package", params=["parley-web", "parley-daphne"])
def installation(request: pytest.FixtureRequest, fleet: Fleet) -> Iterator[Site]:
    program()
    site = Site(fleet, request.param)
    yield site
    site.stop()


@pytest.fixture
def site(installation: Site) -> Iterator[Site]:
    """Two web processes behind nginx. A traceback in a log of theirs fails the test that caused it."""
    starts = [unit.log.stat().st_size for unit in installation.units]
    yield installation
    said = [unit.log.read_bytes()[start:] for unit, start in zip(installation.units, starts, strict=True)]
    assert not (failures := [text.decode() for text in said if b"Traceback" in text]), failures


@pytest_asyncio.fixture
async def scene(site: Site, fleet: Fleet) -> AsyncIterator[Scene]:
    """People, rooms and the operator; pages come through nginx."""
    scene = Scene(site.nginx, fleet.operator(site.place))  # type: ignore[arg-type]  # an address is all it needs
    yield scene
    await scene.close()
