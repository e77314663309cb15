"""Fixtures: one Chromium and one site for all browser tests; in each test fresh people and fresh browsers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.support.chromium import launch
from tests.browser.support.complaints import Complaints
from tests.browser.support.proxy import Proxy
from tests.browser.support.site import start_site
from tests.browser.support.visits import Visits
from tests.support.fleet import Fleet
from tests.support.scene import Scene
from tests.support.servers import Server

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder need Chromium, and share the loop in which it was started."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def site(fleet: Fleet) -> Server:
    return start_site(fleet)


@pytest.fixture
def server(site: Server) -> Iterator[Server]:
    """The site. A traceback in its log fails the test that caused it."""
    start = site.process.log.stat().st_size
    yield site
    assert not (failures := site.failures(start)), failures


@pytest_asyncio.fixture(loop_scope="session")
async def scene(server: Server, fleet: Fleet) -> AsyncIterator[Scene]:
    """People, rooms and the operator."""
    scene = Scene(server, fleet.operator(server.place))
    yield scene
    await scene.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What pages say against themselves fails the test."""
    complaints = Complaints()
    yield complaints
    assert complaints.lines == []


@pytest_asyncio.fixture(loop_scope="session")
async def visits(chromium: Browser, server: Server, complaints: Complaints) -> AsyncIterator[Visits]:
    """Browsers on the site."""
    visits = Visits(chromium, server.url, complaints)
    yield visits
    await visits.close()


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(server: Server) -> AsyncIterator[Proxy]:
    """A network of the test's own before the site."""
    proxy = Proxy(server.port)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def afar(chromium: Browser, proxy: Proxy, complaints: Complaints) -> AsyncIterator[Visits]:
    """Browsers on the site, behind the proxy."""
    visits = Visits(chromium, proxy.url, complaints)
    yield visits
    await visits.close()
