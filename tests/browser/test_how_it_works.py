"""How it works, in a browser: the ways to it, and reading it without scripts and by the keyboard."""

import pytest
from playwright.async_api import expect

from tests.browser.support.visits import Visits
from tests.browser.test_accessibility import check
from tests.support.scene import Scene


async def test_a_stranger_finds_it_and_reads_on_to_the_connection_test(visits: Visits) -> None:
    page = await visits.page(path="/enter/")
    await page.click("footer >> text=How it works")
    await expect(page).to_have_title("How it works · Parley")
    await page.click("main >> text=The connection test")
    await expect(page).to_have_title("Connection test · Parley")


async def test_the_way_to_it_from_a_room(visits: Visits, scene: Scene) -> None:
    page = await visits.page(scene.owner, f"/rooms/{scene.room().slug}/")
    await page.click("#transport summary")
    await page.click("#transport >> text=How it works")
    await expect(page.locator("main >> text=The lab")).to_have_attribute("href", "/lab/")


async def test_it_is_read_without_scripts_and_its_tables_by_the_keyboard(visits: Visits) -> None:
    page = await visits.page(path="/how-it-works/", java_script_enabled=False)
    for via in ("poll", "longpoll", "websocket"):
        way = page.locator(f"#way-{via}")
        await expect(way.get_by_role("img")).to_be_visible()
        await way.locator("summary").focus()
        await page.keyboard.press("Enter")
        await expect(way.get_by_role("row", name="Somebody writes")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_its_tables_are_for_everybody_too(visits: Visits, scheme: str) -> None:
    page = await visits.page(path="/how-it-works/", color_scheme=scheme, reduced_motion="reduce")
    for summary in await page.locator(".way-table summary").all():
        await summary.click()
    await check(page)
