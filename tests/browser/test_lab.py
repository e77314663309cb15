"""The lab in a browser: three lanes over one room, and what is told of a run."""

import csv
import json
from io import StringIO
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.support.complaints import NO_NETWORK
from tests.browser.support.visits import Visits
from tests.support.scene import Scene

RUN_MS = 40_000
"""Ten messages at two a second, and the slowest poll."""

LANES = ("poll", "longpoll", "websocket")


async def lab_of(visits: Visits, scene: Scene) -> Page:
    """The owner's lab, with their room made."""
    page = await visits.page(scene.owner, "/lab/", accept_downloads=True)
    await page.click("text=Open my lab")
    await expect(page.locator("#lab-fields")).to_be_enabled()
    return page


async def start(page: Page, **choices: str) -> None:
    """Ten messages, two a second, unless something else is chosen; by the keyboard."""
    for name, value in {"count": "10", "rate": "2", "every": "500", **choices}.items():
        await page.select_option(f"[name={name}]", value)
    await page.locator("#lab-form .button-main").focus()
    await page.keyboard.press("Enter")


def read(path: Path) -> bytes:
    return path.read_bytes()


async def saved(page: Page, kind: str) -> bytes:
    """What a button of the results saves."""
    async with page.expect_download() as download:
        await page.click(f"#save-{kind}")
    file = await download.value
    assert file.suggested_filename == f"lab.{kind}"
    return read(await file.path())


async def test_every_lane_gets_the_same_messages(visits: Visits, scene: Scene) -> None:
    page = await lab_of(visits, scene)
    await start(page)
    await expect(page.locator("#results")).to_be_visible(timeout=RUN_MS)
    report = json.loads(await saved(page, "json"))
    [part] = report["parts"]
    assert [lane["via"] for lane in part["lanes"]] == list(LANES)
    assert [(lane["messages"], lane["missing"], lane["doubled"]) for lane in part["lanes"]] == [(10, 0, 0)] * 3
    poll, longpoll, websocket = part["lanes"]
    assert poll["pushed"] == 0 < longpoll["pushed"] and websocket["requests"] == 0
    lists = [await page.locator(f"#lane-{via} .lane-list li").all_text_contents() for via in LANES]
    assert all(len(shown) == 6 for shown in lists)
    assert len(list(csv.DictReader(StringIO((await saved(page, "csv")).decode())))) == 3
    assert (await saved(page, "png")).startswith(b"\x89PNG")
    await expect(page.locator("#answer-websocket")).to_contain_text(" ms / ")
    await expect(page.locator("#lane-poll .lane-verdict")).to_contain_text("requests brought nothing")


async def test_it_can_be_stopped_and_started_again(visits: Visits, scene: Scene) -> None:
    page = await lab_of(visits, scene)
    await start(page, count="200")
    await expect(page.locator("#lane-websocket .lane-list li:nth-child(3)")).to_be_visible(timeout=RUN_MS)
    await expect(page.locator("#lane-websocket .lane-state")).to_have_text("live", use_inner_text=True)
    await page.click("#stop")
    await expect(page.locator("#lab-fields")).to_be_enabled()
    await expect(page.locator("#lane-websocket .lane-state")).to_have_text("at rest", use_inner_text=True)
    await start(page)
    await expect(page.locator("#lane-websocket .lane-state")).to_have_text("live", use_inner_text=True)
    await expect(page.locator("#results")).to_be_visible(timeout=RUN_MS)
    assert json.loads(await saved(page, "json"))["parts"][0]["lanes"][0]["messages"] == 10


async def test_a_network_that_is_cut_is_seen_and_nothing_is_lost(visits: Visits, scene: Scene) -> None:
    page = await lab_of(visits, scene)
    await start(page, count="30")
    await expect(page.locator("#lane-websocket .lane-list li:nth-child(2)")).to_be_visible(timeout=RUN_MS)
    await page.click("#cut")
    for via in LANES:
        await expect(page.locator(f"#lane-{via} .lane-state")).to_have_text("no contact", use_inner_text=True)
    await expect(page.locator("#results")).to_be_visible(timeout=2 * RUN_MS)
    [part] = json.loads(await saved(page, "json"))["parts"]
    assert [(lane["messages"], lane["missing"], lane["doubled"]) for lane in part["lanes"]] == [(30, 0, 0)] * 3


async def test_what_keeps_it_from_starting_is_said(visits: Visits, scene: Scene) -> None:
    page = await lab_of(visits, scene)
    visits.complaints.allow(NO_NETWORK)
    await page.route("**/api/rooms/**", lambda route: route.abort())
    await page.reload()  # a page that is open learns of it a little later
    await start(page)
    await expect(page.locator("#lab-trouble")).to_have_text("The server could not be reached.")
    await expect(page.locator("#lab-fields")).to_be_enabled()


async def test_without_scripts_there_is_a_sentence(visits: Visits, scene: Scene) -> None:
    page = await visits.page(scene.owner, "/lab/", java_script_enabled=False)
    await page.click("text=Open my lab")
    await expect(page.locator("noscript p")).to_contain_text("needs JavaScript")


async def test_the_way_to_it_from_a_room(visits: Visits, scene: Scene) -> None:
    page = await visits.page(scene.owner, f"/rooms/{scene.room().slug}/")
    await page.click("#transport summary")
    await page.click("text=Compare all three")
    await expect(page).to_have_title("Lab · Parley")
