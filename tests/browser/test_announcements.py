"""Announcements on open pages, and a page that is moved to another transport."""

import pytest
from playwright.async_api import expect

from tests.browser.support.visits import Visits
from tests.browser.support.waiting import hold_back
from tests.support.drivers import DRIVERS
from tests.support.scene import Scene


@pytest.fixture(params=DRIVERS)
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_one_appears_is_told_to_screen_readers_and_goes(visits: Visits, scene: Scene, how: str) -> None:
    room = scene.room(poll_interval_ms=500)
    page = await visits.room(scene.owner, room, how)
    banner = page.page.locator(".announcement", has_text="Closed on Friday")
    made = scene.act("announce", scene.owner, room, text="Closed on Friday")
    await expect(banner).to_be_visible()
    await expect(page.page.locator("#announce")).to_have_text("Closed on Friday")
    scene.operator("end_announcement", announcement=made)
    await expect(banner).to_have_count(0)


async def test_the_server_draws_it_first_and_a_dismissed_one_no_more(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    scene.act("announce", scene.owner, room, text="Closed on Friday")
    scene.act("announce", scene.owner, room, text="Open on Sunday")
    page = await visits.room(scene.owner, room)
    banners = page.page.locator("#announcements .announcement:visible")
    texts = page.page.locator("#announcements .announcement p")
    await expect(texts).to_have_text(["Open on Sunday", "Closed on Friday"])
    await expect(banners.first.locator("button")).to_be_visible()
    await banners.first.locator("button").focus()
    await page.page.keyboard.press("Enter")
    await expect(texts).to_have_text(["Closed on Friday"])
    await expect(banners.first.locator("button")).to_be_focused()
    answer = await page.page.reload()
    assert answer
    drawn = (await answer.text()).partition('id="state"')[0]
    assert "Closed on Friday" in drawn and "Open on Sunday" not in drawn
    await page.live()
    await banners.first.locator("button").click()
    await expect(page.composer).to_be_focused()
    await expect(banners).to_have_count(0)
    scene.update(room, topic="Another")
    await expect(page.page.locator("#room-topic")).to_have_text("Another")
    await expect(banners).to_have_count(0)


async def test_one_goes_by_itself_when_its_time_is_over(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    page = await visits.room(scene.owner, room)
    scene.act("announce", scene.owner, room, text="Just a moment", until=3)
    banner = page.page.locator("#announcements .announcement", has_text="Just a moment")
    await expect(banner).to_be_visible()
    await expect(banner).to_have_count(0)


async def test_one_for_all_is_on_the_other_pages_as_well(visits: Visits, scene: Scene) -> None:
    made = scene.operator("announce_everywhere", text="Maintenance at noon")
    page = await visits.page(scene.owner, "/")
    banner = page.locator("#announcements .announcement", has_text="Maintenance at noon")
    await expect(banner).to_be_visible()
    await banner.locator("button").click()
    await expect(banner).to_have_count(0)
    await page.goto("/account/")
    await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    await expect(banner).to_have_count(0)
    scene.operator("end_announcement", announcement=made)


@pytest.mark.parametrize(("before", "after"), [("websocket", "poll"), ("poll", "longpoll"), ("longpoll", "websocket")])
async def test_a_page_that_is_moved_says_why_and_loses_nothing(
    visits: Visits, scene: Scene, before: str, after: str
) -> None:
    names = {"websocket": "WebSocket", "longpoll": "Long polling", "poll": "Polling"}
    room = scene.room(poll_interval_ms=500)
    page = await visits.room(scene.owner, room, before)
    visits.complaints.allow(r"status of 403")
    scene.post(room, scene.owner, "one")
    scene.update(room, allowed_transports=[after], default_transport=after)
    scene.post(room, scene.owner, "two")
    moved = page.page.locator("#moved")
    await expect(moved).to_contain_text(
        f"The people who run this room do not allow {names[before]} any longer. This page goes on with {names[after]}"
    )
    await expect(page.page.locator("#announce")).to_contain_text(f"do not allow {names[before]} any longer")
    await page.shows("one", "two")
    await page.live()
    await moved.locator("button").click()
    await expect(moved).to_be_hidden()
    scene.post(room, scene.owner, "three")
    await page.shows("one", "two", "three")
    await expect(moved).to_be_hidden()


async def test_a_page_that_is_moved_before_all_of_it_is_there_says_why_as_well(visits: Visits, scene: Scene) -> None:
    room = scene.room(poll_interval_ms=500)
    page = await visits.tab(await visits.context(scene.owner), room)
    visits.complaints.allow(r"status of 403")
    let_go = await hold_back(page.page, "**/ui/head*.js")
    await page.open("websocket")
    scene.update(room, allowed_transports=["poll"], default_transport="poll")
    await expect(page.transport).to_contain_text("polling")
    let_go()
    await expect(page.page.locator("#moved")).to_contain_text("do not allow WebSocket any longer")
