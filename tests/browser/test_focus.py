"""Dialogs and menus by keyboard; the focus is always somewhere to be seen."""

from playwright.async_api import expect

from tests.browser.support.focus import SEEN, walk
from tests.browser.support.proxy import Proxy
from tests.browser.support.spoken import spoken
from tests.browser.support.visits import Visits
from tests.support.scene import Scene


async def test_control_k_switches_rooms(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene)
    harbour = scene.room(name="Harbour office")
    scene.room(name="Mill End")
    await page.page.reload()
    await page.live()
    await page.composer.focus()
    await page.page.keyboard.press("Control+k")
    await expect(page.page.locator("#switcher-words")).to_be_focused()
    await page.page.keyboard.type("harb")
    await expect(page.page.locator("#switcher-list [role=option]")).to_have_text(
        ["Harbour office"], use_inner_text=True
    )
    await page.page.keyboard.press("Escape")
    await expect(page.composer).to_be_focused()
    await page.page.keyboard.press("Control+k")
    await page.page.keyboard.type("harb")
    await page.page.keyboard.press("Enter")
    await page.page.wait_for_url(f"**/rooms/{harbour.slug}/")


async def test_a_question_mark_shows_the_keys_except_in_a_text(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene)
    keys = page.page.locator("#keys")
    await page.composer.focus()
    await page.page.keyboard.type("really?")
    await expect(keys).to_be_hidden()
    await expect(page.composer).to_have_value("really?")
    await page.log.focus()
    await page.page.keyboard.press("?")
    await expect(keys).to_be_visible()
    await page.page.keyboard.press("Escape")
    await expect(keys).to_be_hidden()
    await expect(page.log).to_be_focused()


async def test_the_transport_is_changed_by_keyboard(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene)
    summary = page.page.locator("#transport summary")
    await summary.focus()
    await page.page.keyboard.press("Enter")
    await page.page.keyboard.press("Tab")
    await expect(page.choice("websocket")).to_be_focused()
    await page.page.keyboard.press("ArrowDown")
    await expect(page.transport).to_have_text("via long polling")
    await expect(page.choice("longpoll")).to_be_focused()
    await page.page.keyboard.press("Escape")
    await expect(summary).to_be_focused()


async def test_the_focus_is_seen_at_every_stop(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene, "one", "two")
    stops = await walk(page.page)
    assert len(stops) > 8
    assert set(stops) == {SEEN}


async def test_new_messages_leave_the_focus_where_it_is(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    page, places = await spoken(visits, scene, "one", "two", room=room)
    await page.row(places[0]).focus()
    scene.post(room, scene.owner, "three")
    scene.act("edit_message", scene.owner, room, seq=places[0], body="one, mended")
    await page.shows("one, mended", "two", "three")
    await expect(page.row(places[0])).to_be_focused()


async def test_a_late_answer_leaves_the_focus_where_the_person_is_by_then(
    afar: Visits, proxy: Proxy, scene: Scene
) -> None:
    page, places = await spoken(afar, scene, "one", "two")
    await page.stocked()
    proxy.answering.clear()
    await page.delete(places[0])
    await page.open_transports()
    await page.choice("websocket").focus()
    proxy.answering.set()
    await page.shows("message deleted", "two")
    await expect(page.choice("websocket")).to_be_focused()
