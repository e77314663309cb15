"""The connection test in a browser: what it says of a network that works, and of those that do not."""

import json

import pytest
from playwright.async_api import Browser, Page, expect

from faults.networks.middlebox import BUFFER, CUT, STRIP, SWALLOW, Middlebox
from tests.browser.support.complaints import Complaints
from tests.browser.support.probing import answer_hold, cut_hold, finished, strip_upgrade
from tests.browser.support.visits import Visits
from tests.support.scene import Scene

HOLDS = "**/api/connection-test/hold*"
SOCKET = "**/ws/connection-test/"


async def states(page: Page) -> dict[str, str]:
    """What the page says of each check."""
    found: dict[str, str] = await page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.check')]"
        ".map((one) => [one.id.slice(6), one.querySelector('[data-word]:not([hidden])').dataset.word]))"
    )
    return found


async def test_a_stranger_tests_a_network_that_works(visits: Visits) -> None:
    context = await visits.context()
    await context.route(HOLDS, answer_hold)
    page = await finished(context)
    assert set((await states(page)).values()) == {"good"}
    await expect(page.locator("#verdict")).to_contain_text("WebSocket works from here")
    await expect(page.locator("#announce")).to_contain_text("WebSocket works from here")
    report = json.loads(await page.input_value("#report"))
    assert (report["verdict"], report["findings"]["quiet"]["figures"]["s"]) == ("websocket", 25)


async def test_progress_is_seen_while_it_waits(visits: Visits) -> None:
    page = await visits.page(path="/connection-test/")
    await page.click("#start")
    await expect(page.locator("#start")).to_be_disabled()
    await expect(page.locator("#check-frame")).to_have_attribute("data-state", "good")
    await expect(page.locator("#check-hold50")).to_have_attribute("data-state", "running")
    assert 0 < await page.evaluate("() => document.querySelector('#progress').value") < 1


@pytest.mark.parametrize(
    ("fault", "check", "said"),
    [
        (STRIP, "upgrade", "The line did not open"),
        (CUT, "stay", "That is a security appliance"),
        (SWALLOW, "echo", "nothing came from the server"),
        (BUFFER, "echo", "nothing came from the server"),
    ],
)
async def test_the_broken_layer_is_named(chromium: Browser, scene: Scene, fault: str, check: str, said: str) -> None:
    box = Middlebox(scene.server.port, held_s=30, kept_s=20)
    await box.start()
    box.faults = {fault}
    visits = Visits(chromium, box.url, Complaints())
    context = await visits.context()
    await context.route(HOLDS, answer_hold)
    page = await finished(context)
    assert (await states(page))[check] == "bad"
    await expect(page.locator(f"#check-{check}")).to_contain_text(said, use_inner_text=True)
    await expect(page.locator("#verdict")).to_contain_text("long polling does")
    await visits.close()
    await box.stop()


async def test_a_proxy_that_cuts_holds_and_strips_the_upgrade(visits: Visits) -> None:
    context = await visits.context()
    await context.route(HOLDS, cut_hold)
    await context.route_web_socket(SOCKET, strip_upgrade)
    visits.complaints.allow("WebSocket connection to", "status of 504")
    page = await finished(context)
    await expect(page.locator("#verdict")).to_contain_text("Only polling works")
    await expect(page.locator("#check-hold25")).to_contain_text("proxy_read_timeout 75s")


async def test_without_scripts_there_is_a_sentence(visits: Visits) -> None:
    page = await visits.page(path="/connection-test/", java_script_enabled=False)
    await expect(page.locator("noscript p")).to_contain_text("needs JavaScript")
    await expect(page.locator("#start")).to_be_hidden()


async def test_the_ways_to_it(visits: Visits, scene: Scene) -> None:
    page = await visits.page(path="/enter/")
    await page.click("text=Connection test")
    await expect(page).to_have_title("Connection test · Parley")
    room = scene.room()
    page = await visits.page(scene.owner, f"/rooms/{room.slug}/")
    await page.click("#transport summary")
    await page.click("text=Test the connection")
    await expect(page).to_have_title("Connection test · Parley")
