"""The centre: pages that change their transports while they talk end with the same list."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.support.chatter import Chatter
from tests.browser.support.complaints import NO_NETWORK
from tests.browser.support.proxy import Proxy
from tests.browser.support.visits import Visits
from tests.browser.support.waiting import eventually
from tests.browser.support.weather import Weather
from tests.support.drivers import DRIVERS
from tests.support.scene import Room, Scene

STEPS = 16
HEALED_S = 40
"""A page that has failed often waits up to 30 s before it tries again."""


async def gather_round(visits: Visits, scene: Scene, seed: int) -> tuple[Room, list[Chatter]]:
    """Three people on three transports in one room."""
    people = [scene.person() for _ in DRIVERS]
    room = scene.room(*people, poll_interval_ms=500)
    pages = [await visits.room(person, room, via) for person, via in zip(people, DRIVERS, strict=True)]
    return room, [Chatter(name, who, page, seed) for name, who, page in zip("ABC", people, pages, strict=True)]


def as_shown(message: dict[str, Any]) -> dict[str, Any]:
    """What a page has to show for a stored message."""
    deleted = message["deleted"]
    return {
        "seq": message["seq"],
        "text": "message deleted" if deleted else message["body"],
        "deleted": deleted,
        "edited": bool(message["edited_at"]) and not deleted,
        "quotes": message["reply_to"],
    }


def check_said(stored: list[dict[str, Any]], chatter: Chatter) -> None:
    """Everything that somebody said is stored once, in their order; what was deleted only counts."""
    own = [message for message in stored if message["author"]["id"] == chatter.person.id]
    assert len(own) == len(chatter.said), f"the composer kept {chatter.kept}"
    for message, said in zip(own, chatter.said, strict=True):
        assert message["deleted"] or message["body"].startswith(said)


async def agree(visits: Visits, scene: Scene, room: Room, chatters: list[Chatter]) -> None:
    """Nothing waits; every page, the database and a fresh page have the same list."""
    for chatter in chatters:
        await expect(chatter.room.pending).to_have_count(0, timeout=HEALED_S * 1000)
        await chatter.room.live(HEALED_S)
    stored = scene.stored(room)
    expected = [as_shown(message) for message in stored]
    for chatter in chatters:
        check_said(stored, chatter)
        await eventually(chatter.room.rows, expected)
    fresh = await visits.room(scene.owner, room)
    assert await fresh.everything() == expected


@pytest.mark.parametrize("seed", [1, 2])
async def test_pages_that_toggle_while_they_talk_agree(visits: Visits, scene: Scene, seed: int) -> None:
    room, chatters = await gather_round(visits, scene, seed)
    await asyncio.gather(*(chatter.talk(STEPS) for chatter in chatters))
    await agree(visits, scene, room, chatters)


async def test_pages_on_a_bad_network_agree(afar: Visits, proxy: Proxy, scene: Scene) -> None:
    room, chatters = await gather_round(afar, scene, 3)
    afar.complaints.allow(NO_NETWORK)
    weather = Weather(proxy, 3)
    storm = asyncio.create_task(weather.rage())
    await asyncio.gather(*(chatter.talk(STEPS) for chatter in chatters))
    storm.cancel()
    await asyncio.gather(storm, return_exceptions=True)
    assert weather.troubles > STEPS / 2
    for chatter in chatters:
        await chatter.room.tell("window", "online")
    await agree(afar, scene, room, chatters)
