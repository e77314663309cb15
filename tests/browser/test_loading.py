"""A room starts with little; what people do before the rest is there works all the same."""

import pytest_asyncio
from playwright.async_api import BrowserContext, expect

from tests.browser.support.complaints import NO_NETWORK
from tests.browser.support.proxy import Proxy
from tests.browser.support.visits import Visits
from tests.browser.support.waiting import hold_back
from tests.support.scene import Room, Scene

BUDGET = 60 * 1024
"""Bytes of script, uncompressed, that a room needs to start."""

NEVER_IDLE = "window.requestIdleCallback = () => 0;"

SCRIPT_BYTES = """() => performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.js'))
  .reduce((sum, entry) => sum + entry.decodedBodySize, 0)"""


@pytest_asyncio.fixture(loop_scope="session")
async def busy(visits: Visits, scene: Scene) -> BrowserContext:
    """A browser of the owner that is never idle: it loads only what is used."""
    context = await visits.context(scene.owner)
    await context.add_init_script(NEVER_IDLE)
    return context


def spoken_in(scene: Scene) -> tuple[Room, int]:
    """A room with one message of the owner, and its place."""
    room = scene.room(poll_interval_ms=500)
    return room, scene.post(room, scene.owner, "one")["seq"]


async def test_a_room_starts_within_its_budget(visits: Visits, scene: Scene, busy: BrowserContext) -> None:
    page = await (await visits.tab(busy, scene.room())).open()
    assert 10_000 < await page.page.evaluate(SCRIPT_BYTES) <= BUDGET


async def test_the_first_send_edit_and_deletion_work(visits: Visits, scene: Scene, busy: BrowserContext) -> None:
    room, seq = spoken_in(scene)
    page = await (await visits.tab(busy, room)).open()
    await page.composer.press("ArrowUp")
    await expect(page.page.locator(".editor textarea")).to_be_focused()
    await page.page.keyboard.press("Escape")
    await page.say("two")
    await page.shows("one", "two")
    await page.delete(seq)
    await page.shows("message deleted", "two")


async def test_the_first_key_of_a_dialog_works(visits: Visits, scene: Scene, busy: BrowserContext) -> None:
    room, _ = spoken_in(scene)
    page = await (await visits.tab(busy, room)).open()
    await page.composer.focus()
    await page.page.keyboard.press("Control+k")
    await expect(page.page.locator("#switcher-words")).to_be_focused()


async def test_the_first_step_among_messages_and_their_menu_work(
    visits: Visits, scene: Scene, busy: BrowserContext
) -> None:
    room, seq = spoken_in(scene)
    page = await (await visits.tab(busy, room)).open()
    await page.log.focus()
    await page.page.keyboard.press("ArrowUp")
    await expect(page.row(seq)).to_be_focused()
    await page.page.keyboard.press("Enter")
    await expect(page.row(seq).locator("[data-action=reply]")).to_be_focused()


async def test_keys_pressed_before_the_actions_are_here_do_what_they_would_have_done(
    visits: Visits, scene: Scene, busy: BrowserContext
) -> None:
    room, seq = spoken_in(scene)
    page = await visits.tab(busy, room)
    let_go = await hold_back(page.page, "**/ui/actions*.js")
    await page.open()
    async with page.page.expect_request("**/ui/actions*.js"):
        await page.row(seq).focus()
    for _ in range(2):
        await page.page.keyboard.press("Enter")
    let_go()
    await expect(page.composer).to_be_focused()
    await expect(page.page.locator("#reply")).to_contain_text("one")


async def test_the_first_change_of_the_transport_works(visits: Visits, scene: Scene, busy: BrowserContext) -> None:
    room, _ = spoken_in(scene)
    page = await (await visits.tab(busy, room)).open()
    for via in ("poll", "longpoll", "websocket"):
        await page.switch(via)
    await page.say("two")
    await page.shows("one", "two")


async def test_what_is_sent_without_a_network_is_shown_even_when_little_has_been_loaded(
    afar: Visits, proxy: Proxy, scene: Scene
) -> None:
    context = await afar.context(scene.owner)
    await context.add_init_script(NEVER_IDLE)
    page = await (await afar.tab(context, scene.room())).open()
    afar.complaints.allow(NO_NETWORK)
    proxy.go_down()
    await page.say("on the page")
    await expect(page.pending.locator(".row-body")).to_have_text(["on the page"])
    proxy.come_back()
    await page.tell("window", "online")
    await page.shows("on the page")
