"""Live connections in the admin: an open page is there, and does what it is asked, without losing a message."""

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.admin.test_live import PASSWORD, make_root
from tests.browser.support.room_page import WORDS, RoomPage
from tests.browser.support.visits import Visits
from tests.browser.support.waiting import hold_back
from tests.support.drivers import DRIVERS
from tests.support.scene import Room, Scene

NEXT = {"websocket": "longpoll", "longpoll": "poll", "poll": "websocket"}
SHOWN = {"websocket": "WebSocket", "longpoll": "Long polling", "poll": "Polling"}
FRESH_MS = 8000
"""The page draws itself again every 5 s."""


@pytest_asyncio.fixture(loop_scope="session")
async def live(visits: Visits, scene: Scene) -> Page:
    """The page of live connections, of a superuser."""
    await asyncio.to_thread(make_root, scene.server.place)
    page = await visits.page(path="/admin/")
    await page.fill("[name=username]", "Root")
    await page.fill("[name=password]", PASSWORD)
    await page.press("[name=password]", "Enter")
    await page.wait_for_url("**/admin/")
    await page.click("#content a:has-text('Live connections')")
    return page


def lines(live: Page) -> Locator:
    return live.locator(".live-rows tbody tr")


async def narrow(live: Page, room: Room) -> None:
    await live.fill("[name=room]", room.slug)
    await live.click(".live-narrow [type=submit]")


async def ask_to_switch(live: Page, to: str, reason: str) -> None:
    await lines(live).locator("input").check()
    await live.select_option("[name=action]", "switch")
    await live.click(".live-deeds button")
    await live.select_option("[name=to]", to)
    await live.fill("[name=reason]", reason)
    await live.click("input[type=submit][value=Ask]")
    await live.wait_for_selector(".messagelist >> text=1 done.")


@pytest.fixture
def room(scene: Scene) -> Room:
    return scene.room(poll_interval_ms=500)


@pytest.mark.parametrize("via", DRIVERS)
async def test_a_page_is_shown_and_moves_when_it_is_asked_to(
    via: str, live: Page, room: Room, scene: Scene, visits: Visits
) -> None:
    page = await visits.room(scene.owner, room, via)
    await narrow(live, room)
    await expect(lines(live)).to_have_count(1)
    await expect(lines(live)).to_contain_text(scene.owner.name)
    await expect(lines(live)).to_contain_text(SHOWN[via])
    scene.post(room, scene.owner, "before")
    await ask_to_switch(live, NEXT[via], "We spare the proxy.")
    await moved(page, NEXT[via])
    scene.post(room, scene.owner, "after")
    await page.shows("before", "after")
    await expect(lines(live).filter(has_text=SHOWN[NEXT[via]])).to_have_count(1, timeout=FRESH_MS)


async def test_a_page_moves_that_is_asked_to_before_all_of_it_is_there(
    live: Page, room: Room, scene: Scene, visits: Visits
) -> None:
    page = await visits.tab(await visits.context(scene.owner), room)
    let_go = await hold_back(page.page, "**/ui/sheet*.js")
    await page.open("websocket")
    await narrow(live, room)
    await ask_to_switch(live, "poll", "We spare the proxy.")
    let_go()
    await moved(page, "poll")


async def moved(page: RoomPage, via: str) -> None:
    """It says so, why, and in its address."""
    await expect(page.transport).to_contain_text(WORDS[via])
    notice = page.page.locator("#asked")
    await expect(notice).to_contain_text("asked this page to change its way of connecting: We spare the proxy.")
    assert f"via={via}" in page.page.url
    await notice.locator("button").click()
    await expect(notice).to_be_hidden()


async def test_a_page_whose_connection_is_ended_is_back_at_once(
    live: Page, room: Room, scene: Scene, visits: Visits
) -> None:
    page = await visits.room(scene.owner, room)
    await narrow(live, room)
    await lines(live).locator("input").check()
    await live.select_option("[name=action]", "end")
    await live.click(".live-deeds button")
    await live.click("input[type=submit][value=End]")
    await live.wait_for_selector(".messagelist >> text=1 done.")
    scene.post(room, scene.owner, "not lost")
    await page.shows("not lost")
    await page.live()
    await page.say("mine")
    await page.shows("not lost", "mine")


async def test_what_is_chosen_stays_chosen_while_the_page_draws_itself_again(
    live: Page, room: Room, scene: Scene, visits: Visits
) -> None:
    await visits.room(scene.owner, room)
    await narrow(live, room)
    await lines(live).locator("input").check()
    await lines(live).locator("input").focus()
    await live.evaluate("document.querySelector('.live-rows').dataset.old = 'yes'")
    await visits.room(scene.owner, room, "longpoll")
    await expect(lines(live)).to_have_count(2, timeout=FRESH_MS)
    assert await live.locator(".live-rows").get_attribute("data-old") is None
    await expect(lines(live).filter(has_text="WebSocket").locator("input")).to_be_checked()
    await expect(lines(live).filter(has_text="WebSocket").locator("input")).to_be_focused()
    await expect(lines(live).filter(has_text="Long polling").locator("input")).not_to_be_checked()


async def test_without_a_script_the_page_shows_all_the_same(scene: Scene, visits: Visits, live: Page) -> None:
    room = scene.room()
    await visits.room(scene.owner, room)
    cookies = await live.context.cookies()
    context = await visits.context(java_script_enabled=False)
    await context.add_cookies(cookies)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"/admin/chat/connection/?room={room.slug}")
    await expect(lines(page)).to_have_count(1)
    await expect(page.locator("#live-refresh")).to_be_hidden()
