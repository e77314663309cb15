"""A page that chooses its transport for itself, on networks that are hard on one or another; and the truth about contact."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from faults.networks.__main__ import BRIEF
from faults.networks.kinds import KINDS
from faults.networks.middlebox import CUT, Middlebox
from faults.networks.table import problems
from faults.networks.trial import try_all
from tests.browser.support.complaints import NO_NETWORK, Complaints
from tests.browser.support.proxy import Proxy, at_once
from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.browser.test_accessibility import check
from tests.support.drivers import DRIVERS
from tests.support.scene import Room, Scene

SILENT_MS = 30_000
"""A socket is asked after 10 s of silence; then there are 4 s more."""

HEALED_S = 40
"""A page that has failed often waits up to 30 s before it tries again."""

SLOW_S = 2.0
"""For each piece of an answer."""

NOTE_LINES = """() => {
  const line = document.querySelector('#status');
  window.lines = [];
  const look = () => { if (line.classList.contains('is-shown')) lines.push(line.textContent); };
  new MutationObserver(look).observe(line, { attributes: true, childList: true, subtree: true, characterData: true });
}"""

BLOCKED = r"^WebSocket (closed|could not be opened|stayed silent)"


async def test_each_network_leads_to_what_works_there_and_back_and_loses_nothing(
    chromium: Browser, scene: Scene
) -> None:
    kinds = [kind for kind in KINDS if not kind.is_long]
    outcomes = await try_all(chromium, scene, BRIEF, kinds, at_once=len(kinds))
    assert problems(outcomes) == []
    for kind, outcome in zip(kinds, outcomes, strict=True):
        assert kind.is_blamed is any(re.match(BLOCKED, words) for words in outcome.words), outcome
        assert kind.is_blamed is ("WebSocket works here again." in outcome.words), outcome


async def opened(visits: Visits, scene: Scene, room: Room, query: str = "", **options: Any) -> RoomPage:
    """A page that is live, at an address that may choose."""
    tab = await visits.tab(await visits.context(scene.owner, **options), room)
    await tab.page.goto(f"{visits.base}/rooms/{room.slug}/{query}")
    await tab.live()
    return await tab.stocked()


async def time_said(page: RoomPage) -> str:
    """Of the last contact, as the menu has it: 14:03:07."""
    found = re.search(r"[\d:]{8}", await page.page.locator("#transport-since").inner_text())
    assert found
    return found[0]


async def test_a_page_chooses_for_itself_unless_its_address_says_otherwise(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    page = await opened(visits, scene, room)
    button = page.page.locator("#transport summary")
    await expect(button).to_have_text("automatic: via WebSocket", use_inner_text=True)
    await page.switch("longpoll")
    await expect(button).to_have_text("via long polling", use_inner_text=True)
    assert "via=longpoll" in page.page.url
    await page.choose("automatic")
    await expect(button).to_have_text("automatic: via WebSocket", use_inner_text=True, timeout=SILENT_MS)
    assert "via" not in page.page.url
    await expect(page.choice("automatic")).to_be_checked()


async def test_a_page_begins_with_what_worked_last(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    page = await opened(visits, scene, room)
    known = {"via": "longpoll", "nextAt": 2 * 10**12}
    await page.page.evaluate(
        "(known) => localStorage.setItem('chat.networks', JSON.stringify({ [JSON.parse(state.textContent).network]: known }))",
        known,
    )
    await page.page.reload()
    await page.live()
    await expect(page.page.locator("#transport summary")).to_have_text(
        "automatic: via long polling", use_inner_text=True
    )
    await page.say("over what worked")
    await page.shows("over what worked")


async def test_behind_a_black_hole_no_page_claims_to_be_up_to_date(afar: Visits, proxy: Proxy, scene: Scene) -> None:
    room = scene.room(poll_interval_ms=500, hold_s=5)
    afar.complaints.allow(NO_NETWORK)
    pages = [await opened(afar, scene, room, f"?via={via}&every=500") for via in ("automatic", *DRIVERS)]
    for page in pages:
        await page.open_transports()
        await expect(page.page.locator("#transport-state")).to_have_text("Live.")
    proxy.answering.clear()
    gone = await pages[0].page.evaluate("() => Date.now()")
    scene.post(room, scene.owner, "into the void")
    await asyncio.gather(*(is_honest(page, gone) for page in pages))
    proxy.come_back()
    for page in pages:
        await page.shows("into the void", timeout=HEALED_S)
        await expect(page.status).to_be_hidden()
        await expect(page.page.locator("#transport-state")).to_have_text("Live.")


async def is_honest(page: RoomPage, gone: float) -> None:
    """It says that there is no contact, and names no time of contact after the moment when there was none any more."""
    await expect(page.status).to_contain_text("No contact for", timeout=SILENT_MS)
    await expect(page.transport).to_have_text(re.compile("no contact|reconnecting"))
    await expect(page.page.locator("#transport-since")).to_contain_text("Last up to date at")
    of_clock = "(time) => new Date().setHours(...time.split(':').map(Number), 0)"
    assert await page.page.evaluate(of_clock, await time_said(page)) <= gone
    assert await page.texts() == []


async def test_a_choice_by_hand_holds_and_automatic_is_offered(chromium: Browser, scene: Scene) -> None:
    box = Middlebox(scene.server.port, held_s=30, kept_s=20)
    await box.start()
    box.faults = {CUT}
    visits = Visits(chromium, box.url, Complaints())
    page = await visits.tab(await visits.context(scene.owner), scene.room())
    await page.page.goto(page.address("websocket"))
    await expect(page.status).to_contain_text("closed 3 times within a second of opening")
    await page.page.get_by_role("button", name="Choose automatically").click()
    await expect(page.transport).to_have_text("via long polling")
    await page.say("gets through")
    await page.shows("gets through")
    await visits.close()
    await box.stop()


async def test_a_page_that_catches_up_says_how_far(afar: Visits, proxy: Proxy, scene: Scene) -> None:
    room = scene.room(poll_interval_ms=60_000)
    page = await opened(afar, scene, room, "?via=poll")
    await asyncio.to_thread(scene.posts, room, [f"text {number}" for number in range(450)])
    proxy.delay_s = lambda: SLOW_S
    await page.tell("document", "visibilitychange")
    await expect(page.status).to_contain_text(re.compile(r"Catching up: [24]00 of 450\."), timeout=SILENT_MS)
    await expect(page.page.locator("#transport-word")).to_have_text("polling every 60 s")
    proxy.delay_s = at_once
    await expect(page.status).to_be_hidden()


async def test_short_blips_stay_silent(afar: Visits, proxy: Proxy, scene: Scene) -> None:
    page = await opened(afar, scene, scene.room())
    afar.complaints.allow(NO_NETWORK)
    await page.page.evaluate(NOTE_LINES)
    for _ in range(3):
        proxy.cut()
        await expect(page.transport).not_to_have_text("via WebSocket")
        await page.live()
    assert await page.page.evaluate("() => lines") == []


async def test_the_line_can_be_told_to_try_now(afar: Visits, proxy: Proxy, scene: Scene) -> None:
    page = await opened(afar, scene, scene.room())
    afar.complaints.allow(NO_NETWORK)
    # Its first tries are over, and the next one is far.
    await page.page.evaluate("() => { Math.random = () => 0.99; }")
    proxy.go_down()
    again = page.page.get_by_role("button", name="Try now")
    await expect(page.status).to_contain_text(re.compile(r"Reconnecting in \d+ s\."))
    proxy.come_back()
    await again.click()
    await page.live()
    await expect(page.status).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_line_and_the_menu_pass_axe_and_fit(afar: Visits, proxy: Proxy, scene: Scene, scheme: str) -> None:
    options: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce"}
    page = await opened(afar, scene, scene.room(name="Support and everything else"), **options)
    afar.complaints.allow(NO_NETWORK)
    await page.open_transports()
    await check(page.page)
    await page.page.keyboard.press("Escape")
    proxy.go_down()
    await expect(page.status).to_contain_text("No contact for")
    await check(page.page)
