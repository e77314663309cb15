"""What moderators take away and bring back, on open pages."""

import pytest
from playwright.async_api import expect

from tests.browser.support.visits import Visits
from tests.browser.test_reading import long_room
from tests.support.scene import Scene


@pytest.mark.parametrize("via", ["websocket", "longpoll", "poll"])
async def test_a_restored_message_stands_again_where_it_stood(visits: Visits, scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    first, second = (scene.post(room, alice, text)["seq"] for text in ("first", "second"))
    scene.act("post_message", scene.owner, room, key="an-answer", body="so it is", reply_to=first)
    page = await visits.room(alice, room, via=via)
    await page.shows("first", "second", "so it is")
    scene.act("delete_message", scene.owner, room, seq=first)
    await page.shows("message deleted", "second", "so it is")
    quote = page.row_of("so it is").locator(".quote-text")
    await expect(quote).to_have_text("message deleted")
    scene.act("restore_message", scene.owner, room, seq=first)
    await page.shows("first", "second", "so it is")
    await expect(quote).to_have_text("first")
    assert [row["deleted"] for row in await page.rows()] == [False, False, False]
    await page.edit(second, "second, mended")
    await page.shows("first", "second, mended", "so it is")


async def test_a_quote_follows_what_happens_to_a_message_that_is_not_on_the_page(visits: Visits, scene: Scene) -> None:
    alice = scene.person()
    room, places = long_room(scene, 500, alice)
    scene.act("post_message", scene.owner, room, key="an-answer", body="I remember", reply_to=places[3])
    page = await visits.room(alice, room)
    quote = page.row_of("I remember").locator(".quote-text")
    await expect(quote).to_have_text("line 3")
    scene.act("delete_message", scene.owner, room, seq=places[3])
    await expect(quote).to_have_text("message deleted")
    scene.act("restore_message", scene.owner, room, seq=places[3])
    await expect(quote).to_have_text("line 3")
    assert await page.row(places[3]).count() == 0
