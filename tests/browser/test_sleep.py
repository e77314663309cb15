"""Pages that were away catch up: a server that restarts, a page in the back/forward cache, a laptop that wakes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.support.complaints import NO_NETWORK, Complaints
from tests.browser.support.proxy import Proxy
from tests.browser.support.visits import Visits
from tests.support.drivers import DRIVERS
from tests.support.fleet import Fleet
from tests.support.scene import Scene
from tests.support.servers import Server

RESTARTED_S = 30


class Restarting:
    """A server that can be stopped and started again, at one address all the time."""

    def __init__(self, fleet: Fleet, site: Server) -> None:
        self._fleet = fleet
        self._place = site.place
        self.server = fleet.extra_server("daphne", self._place)
        self.proxy = Proxy(self.server.port)

    async def stop(self) -> None:
        await asyncio.to_thread(self.server.stop)

    async def start(self) -> None:
        self.server = await asyncio.to_thread(self._fleet.extra_server, "daphne", self._place)
        self.proxy.target = self.server.port


@pytest_asyncio.fixture(loop_scope="session")
async def restarting(fleet: Fleet, site: Server) -> AsyncIterator[Restarting]:
    made = Restarting(fleet, site)
    await made.proxy.start()
    yield made
    await made.proxy.stop()
    await made.stop()


async def test_pages_catch_up_after_the_server_was_away(
    restarting: Restarting, chromium: Browser, complaints: Complaints, scene: Scene
) -> None:
    other = scene.person()
    room = scene.room(other, poll_interval_ms=500)
    visits = Visits(chromium, restarting.proxy.url, complaints)
    pages = [await (await visits.room(scene.owner, room, via)).stocked() for via in DRIVERS]
    complaints.allow(NO_NETWORK, "status of 503")
    await restarting.stop()
    scene.post(room, other, "while it was down")
    await pages[0].say("written meanwhile")
    await expect(pages[0].note).to_have_text("1 waiting to be sent")
    await restarting.start()
    for page in pages:
        await page.shows("while it was down", "written meanwhile", timeout=RESTARTED_S)
        await page.live()
    await visits.close()


@pytest.mark.parametrize("via", DRIVERS)
async def test_a_page_that_comes_back_from_the_cache_catches_up(visits: Visits, scene: Scene, via: str) -> None:
    other = scene.person()
    room = scene.room(other, poll_interval_ms=500)
    page = await visits.room(scene.owner, room, via)
    await page.page.evaluate("() => addEventListener('pageshow', ({ persisted }) => { window.kept = persisted; })")
    await page.composer.fill("half a sen")
    await page.page.click(".rail >> text=All rooms")
    await page.page.wait_for_url(visits.base + "/")
    scene.post(room, other, "meanwhile")
    await page.page.go_back(wait_until="commit")
    await page.shows("meanwhile")
    assert await page.page.evaluate("() => window.kept") is True
    await expect(page.composer).to_have_value("half a sen")
    await page.composer.press("Enter")
    await page.shows("meanwhile", "half a sen")


async def test_a_page_that_is_looked_at_again_asks_at_once(visits: Visits, scene: Scene) -> None:
    other = scene.person()
    room = scene.room(other, poll_interval_ms=60_000)
    page = await visits.room(scene.owner, room, "poll")
    await scene.post_and_hear(room, other, "while it was hidden")
    await page.tell("document", "visibilitychange")
    await page.shows("while it was hidden")


async def test_a_page_that_was_frozen_asks_at_once(visits: Visits, scene: Scene) -> None:
    other = scene.person()
    room = scene.room(other, poll_interval_ms=60_000)
    page = await visits.room(scene.owner, room, "poll")
    await scene.post_and_hear(room, other, "while it was frozen")
    await page.tell("document", "resume")
    await page.shows("while it was frozen")


async def test_a_line_that_died_with_its_network_is_replaced_on_the_new_one(
    afar: Visits, proxy: Proxy, scene: Scene
) -> None:
    other = scene.person()
    room = scene.room(other)
    page = await afar.room(scene.owner, room)
    afar.complaints.allow(NO_NETWORK)
    for wire in proxy.wires:
        wire.flowing.clear()
    scene.post(room, other, "into the void")
    await page.tell("window", "online")
    await page.shows("into the void")


@pytest.mark.parametrize("via", DRIVERS)
async def test_a_browser_that_loses_its_network_says_so_though_its_line_is_only_silent(
    afar: Visits, proxy: Proxy, scene: Scene, via: str
) -> None:
    other = scene.person()
    room = scene.room(other, poll_interval_ms=60_000)
    page = await (await afar.room(scene.owner, room, via)).stocked()
    afar.complaints.allow(NO_NETWORK)
    for wire in proxy.wires:
        wire.flowing.clear()
    await page.page.context.set_offline(True)
    await expect(page.transport).to_have_text("offline")
    scene.post(room, other, "meanwhile")
    proxy.cut()  # as the browser itself does with connections of a network that is gone
    await page.page.context.set_offline(False)
    await page.shows("meanwhile")
    await page.live()
