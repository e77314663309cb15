"""The inspector: what passes the wire, seen in the room page itself; and nothing of it while it is closed."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.support.complaints import NO_NETWORK
from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.support.drivers import DRIVERS
from tests.support.people import Person
from tests.support.scene import Room, Scene

LOADED = "() => performance.getEntriesByType('resource').filter(({ name }) => /inspector|recorder/.test(name)).length"
COPIES = "() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }"


@pytest.fixture(params=DRIVERS)
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def inspect(page: RoomPage) -> Locator:
    """Open the inspector by its key, and wait for the fresh line."""
    await (await page.stocked()).composer.press("Control+i")
    await expect(page.page.locator("#inspector-title")).to_be_focused()
    await expect(lines(page, "Hand-over")).to_have_count(1)
    return page.page.locator("#inspector")


def lines(page: RoomPage, text: str) -> Locator:
    """Lines of the wire that say so."""
    return page.page.locator(".wire", has_text=text)


def figure(page: RoomPage, name: str) -> Locator:
    return page.page.locator(f"[data-figure='{name}']")


async def copied(page: RoomPage, form: str) -> Any:
    """What a button puts into the clipboard."""
    await page.page.evaluate(COPIES)
    await page.page.click(f"[data-copy={form}]")
    await expect(page.page.locator("#inspector-state")).to_contain_text("Copied")
    return json.loads(await page.page.evaluate("() => window.copied"))


def quiet(scene: Scene) -> tuple[Room, Person]:
    talker = scene.person()
    return scene.room(talker, poll_interval_ms=500), talker


async def test_it_opens_by_its_key_on_each_transport_and_loses_nothing(visits: Visits, scene: Scene, how: str) -> None:
    room, talker = quiet(scene)
    scene.post(room, talker, "before")
    page = await visits.room(scene.owner, room, how)
    await inspect(page)
    scene.post(room, talker, "of another")
    await page.shows("before", "of another")
    await page.say("my own")
    await page.shows("before", "of another", "my own")
    await expect(lines(page, "1 message").filter(has_text="of another")).to_have_count(1)
    await expect(figure(page, f"{how}.p50")).to_contain_text("s")
    await expect(figure(page, f"{how}.trip")).to_contain_text("s")
    await page.page.locator("#inspector-title").press("Escape")
    await expect(page.page.locator("#inspector")).to_be_hidden()
    await expect(page.composer).to_be_focused()
    scene.post(room, talker, "after")
    await page.shows("before", "of another", "my own", "after")


async def test_an_empty_poll_is_told_from_one_with_news(visits: Visits, scene: Scene) -> None:
    room, talker = quiet(scene)
    page = await visits.room(scene.owner, room, "poll")
    await inspect(page)
    empty = lines(page, "GET /poll").filter(has_text="empty").first
    await expect(empty).to_contain_text("200")
    await expect(figure(page, "poll.empty")).to_have_text("100 %")
    scene.post(room, talker, "one")
    await expect(lines(page, "GET /poll").filter(has_text="1 message")).to_have_count(1)


async def test_a_hold_tells_its_wait(visits: Visits, scene: Scene) -> None:
    room, talker = quiet(scene)
    page = await visits.room(scene.owner, room, "longpoll")
    await inspect(page)
    await expect(page.page.locator("#wire-waiting")).to_contain_text("GET /longpoll")
    scene.post(room, talker, "one")
    await expect(lines(page, "GET /longpoll").filter(has_text="1 message")).to_contain_text("of 25 s")


async def test_a_socket_shows_its_handshake_and_its_frames_whole_in_the_detail(visits: Visits, scene: Scene) -> None:
    room, talker = quiet(scene)
    page = await visits.room(scene.owner, room)
    await inspect(page)
    await expect(lines(page, "Handshake")).to_contain_text("101")
    long = "a long word " * 100
    scene.post(room, talker, long)
    frame = lines(page, "↓ batch").filter(has_text="1 message")
    await expect(frame).to_have_count(1)
    assert len(await frame.locator(".wire-text").inner_text()) <= 120
    await frame.locator("summary").focus()
    await page.page.keyboard.press("Enter")
    await expect(frame.locator("pre")).to_contain_text(long.strip())


async def test_a_hand_over_says_from_where_to_where_and_why(visits: Visits, scene: Scene) -> None:
    room, _talker = quiet(scene)
    page = await visits.room(scene.owner, room)
    await inspect(page)
    await page.switch("poll")
    move = lines(page, "Hand-over: WebSocket to Polling")
    await expect(move).to_contain_text("At cursor")
    await expect(move).to_contain_text("It was asked for.")
    await expect(figure(page, "websocket.requests")).to_have_text("1")


async def test_what_is_copied_is_whole_and_holds_no_secret(visits: Visits, scene: Scene, how: str) -> None:
    room, talker = quiet(scene)
    page = await visits.room(scene.owner, room, how)
    await inspect(page)
    scene.post(room, talker, "of another")
    await page.shows("of another")
    await page.say("my own")
    await page.shows("of another", "my own")
    await expect(lines(page, "of another")).to_have_count(1)
    report, archive = await copied(page, "json"), await copied(page, "har")
    assert report["totals"][how]["messages"] >= 1
    assert archive["log"]["version"] == "1.2"
    for text in map(json.dumps, (report, archive)):
        assert "my own" in text and "of another" in text
        for secret in scene.owner.cookies.values():
            assert secret not in text
        assert "csrf" not in text.lower()


async def test_others_can_read_the_archive(visits: Visits, scene: Scene, tmp_path: Path) -> None:
    room, _talker = quiet(scene)
    page = await visits.room(scene.owner, room, "poll")
    await inspect(page)
    archive = await copied(page, "har")
    (tmp_path / "wire.har").write_text(json.dumps(archive))
    stranger = await visits.context()  # whom the server itself would refuse
    await stranger.route_from_har(tmp_path / "wire.har", not_found="abort")
    asked = next(entry for entry in archive["log"]["entries"] if "/poll?" in entry["request"]["url"])
    answer = await (await stranger.new_page()).goto(asked["request"]["url"])
    assert answer and await answer.text() == asked["response"]["content"]["text"] != ""


async def test_nothing_is_loaded_before_it_is_opened_and_nothing_noted_after(
    visits: Visits, scene: Scene, how: str
) -> None:
    room, talker = quiet(scene)
    page = await visits.room(scene.owner, room, how)
    await page.stocked()
    assert await page.page.evaluate(LOADED) == 0
    await inspect(page)
    assert await page.page.evaluate(LOADED) > 0
    await page.page.keyboard.press("Control+i")
    await expect(page.page.locator("#inspector")).to_be_hidden()
    await expect(page.page.locator(".wire")).to_have_count(0)
    scene.post(room, talker, "unseen")
    await page.shows("unseen")
    await inspect(page)
    await expect(lines(page, "unseen")).to_have_count(0)


async def test_pause_and_clear(visits: Visits, scene: Scene) -> None:
    room, talker = quiet(scene)
    page = await visits.room(scene.owner, room)
    await inspect(page)
    await page.page.click("[data-act=pause]")
    await expect(page.page.locator("[data-act=pause]")).to_have_attribute("aria-pressed", "true")
    scene.post(room, talker, "meanwhile")
    await page.shows("meanwhile")
    await expect(lines(page, "meanwhile")).to_have_count(0)
    await page.page.click("[data-act=pause]")
    await expect(lines(page, "meanwhile")).to_have_count(1)
    await page.page.click("[data-act=clear]")
    await expect(page.page.locator(".wire")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 800, 1280])
async def test_one_drawer_at_a_time_at_every_width(visits: Visits, scene: Scene, width: int) -> None:
    room, _talker = quiet(scene)
    page = await visits.room(scene.owner, room, viewport={"width": width, "height": 700})
    await page.stocked()
    await page.open_transports()
    await page.page.get_by_role("button", name="Inspector").focus()
    await page.page.keyboard.press("Enter")
    await expect(page.page.locator("#inspector-title")).to_be_focused()
    covers = await page.page.evaluate("document.querySelector('#room').inert")
    assert covers == (width < 1100)
    if width >= 1100:
        await page.page.click(".people-button")
        await expect(page.page.locator("#inspector")).to_be_hidden()
        await expect(page.page.locator("#people-title")).to_be_focused()
        return
    await page.page.keyboard.press("Escape")
    await expect(page.page.locator("#inspector")).to_be_hidden()
    await expect(page.page.locator("#transport summary")).to_be_focused()


async def test_an_inspector_that_cannot_be_loaded_says_so_and_comes_later(visits: Visits, scene: Scene) -> None:
    room, _talker = quiet(scene)
    page = await visits.tab(await visits.context(scene.owner), room)
    visits.complaints.allow(NO_NETWORK)
    await page.page.route("**/inspector/view*.js", lambda route: route.abort())
    await (await page.open()).stocked()
    await page.page.keyboard.press("Control+i")
    await expect(page.page.locator("#inspector-state")).to_contain_text("could not be loaded")
    await page.page.keyboard.press("Escape")
    await page.page.unroute("**/inspector/view*.js")
    await inspect(page)
    await expect(page.page.locator("#inspector-state")).to_be_empty()
