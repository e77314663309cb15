"""The choice of a transport belongs to the page, and its change loses nothing."""

import asyncio
from itertools import count, permutations
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from tests.browser.support.room_page import WORDS, RoomPage
from tests.browser.support.visits import Visits
from tests.support.drivers import DRIVERS
from tests.support.people import Person
from tests.support.scene import Room, Scene

FEWEST = 5
"""Messages that flow while a page changes over, at least."""


def address(page: RoomPage) -> dict[str, list[str]]:
    """What the address says after its question mark."""
    return parse_qs(urlsplit(page.page.url).query)


async def keep_talking(scene: Scene, room: Room, author: Person, enough: asyncio.Event) -> None:
    """One message after another until it is enough."""
    for number in count(1):
        await asyncio.to_thread(scene.post, room, author, f"word {number}")
        if enough.is_set() and number >= FEWEST:
            return


@pytest.mark.parametrize(("old", "new"), list(permutations(DRIVERS, 2)))
async def test_a_change_while_messages_flow_loses_none(visits: Visits, scene: Scene, old: str, new: str) -> None:
    talker = scene.person()
    room = scene.room(talker, poll_interval_ms=500)
    page = await visits.room(scene.owner, room, old)
    enough = asyncio.Event()
    talk = asyncio.create_task(keep_talking(scene, room, talker, enough))
    await page.switch(new)
    enough.set()
    await talk
    stored = [message["body"] for message in scene.stored(room)]
    await page.shows(*stored)
    await page.say("over the new line")
    await page.shows(*stored, "over the new line")


async def test_the_choice_is_in_the_address_and_a_reload_keeps_it(visits: Visits, scene: Scene) -> None:
    page = await visits.room(scene.owner, scene.room())
    for via in ("longpoll", "poll"):
        await page.switch(via)
        assert address(page)["via"] == [via]
    await page.page.select_option("[name=every]", "5000")
    await expect(page.transport).to_have_text("polling every 5 s")
    assert address(page) == {"via": ["poll"], "every": ["5000"]}
    await page.page.reload()
    await page.live()
    await expect(page.transport).to_have_text("polling every 5 s")


async def test_two_tabs_of_one_room_differ(visits: Visits, scene: Scene) -> None:
    room = scene.room(poll_interval_ms=500)
    context = await visits.context(scene.owner)
    tabs = [await (await visits.tab(context, room)).open(via) for via in DRIVERS]
    await tabs[0].say("from one")
    for tab, via in zip(tabs, DRIVERS, strict=True):
        await expect(tab.transport).to_contain_text(WORDS[via])
        await tab.shows("from one")


async def test_the_page_says_how_it_is_connected(visits: Visits, scene: Scene) -> None:
    talker = scene.person()
    room = scene.room(talker)
    page = await visits.room(scene.owner, room)
    await page.switch("longpoll")
    await expect(page.page.locator("#announce")).to_have_text("Now via long polling.")
    await page.say("a first answer tells how far the clocks are apart")
    await expect(page.pending).to_have_count(0)
    await page.open_transports()
    scene.post(room, talker, "one")
    await expect(page.page.locator("#transport-state")).to_have_text("Live.")
    await expect(page.page.locator("#transport-since")).to_contain_text("Up to date at")
    await expect(page.page.locator("#transport-delivery")).to_contain_text("Messages take")


async def test_a_forbidden_transport_is_greyed_with_the_reason(visits: Visits, scene: Scene) -> None:
    room = scene.room(allowed_transports=["longpoll", "poll"], default_transport="longpoll")
    page = await visits.room(scene.owner, room, "websocket")
    await expect(page.transport).to_have_text("via long polling")
    await page.open_transports()
    await expect(page.choice("websocket")).to_be_disabled()
    await expect(page.choice("poll")).to_be_enabled()
    forbidden = page.page.locator(".transport-choice[data-via=websocket] .transport-forbidden")
    await expect(forbidden).to_have_text("This room does not allow it.")


@pytest.mark.parametrize("via", DRIVERS)
async def test_a_new_policy_moves_an_open_page_which_says_so(visits: Visits, scene: Scene, via: str) -> None:
    talker = scene.person()
    room = scene.room(talker, poll_interval_ms=500)
    page = await visits.room(scene.owner, room, via)
    visits.complaints.allow("status of 403")  # the answer that tells a polling page
    left = [name for name in DRIVERS if name != via]
    scene.update(room, allowed_transports=left, default_transport=left[0])
    await expect(page.transport).to_contain_text(WORDS[left[0]])
    await page.live()
    scene.post(room, talker, "after the move")
    await page.shows("after the move")
    await page.open_transports()
    await expect(page.choice(via)).to_be_disabled()
    await expect(page.page.locator("#transport-state")).to_contain_text(
        "This room does not allow this way of connecting."
    )


async def test_a_slower_interval_of_the_room_holds_for_open_pages(visits: Visits, scene: Scene) -> None:
    room = scene.room(poll_interval_ms=500)
    page = await visits.room(scene.owner, room, "poll")
    await expect(page.transport).to_have_text("polling every 0.5 s")
    scene.update(room, poll_interval_ms=3000)
    await expect(page.transport).to_have_text("polling every 3 s")
    await page.open_transports()
    await expect(page.page.locator("[name=every] option[value='500']")).to_be_disabled()
