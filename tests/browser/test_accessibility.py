"""Every page in both schemes for those who cannot see, or not well; and at every width for those with a small screen."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.support.probing import cut_hold, finished, strip_upgrade
from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.support.scene import Room, Scene

WIDTHS = (360, 768, 1280)
ALL_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}

SIDEWAYS = """() => [...document.querySelectorAll('html, main, .log, .rail, .drawer, .dialog[open], .menu[open] .menu-sheet')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.tagName} #${one.id} .${one.className}: ${one.scrollWidth} > ${one.clientWidth}`)"""


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def faults(page: Page, rules: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What axe objects to: the name of each rule with the elements that break it."""
    found = (await Axe().run(page, options=rules)).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]


async def check(page: Page) -> None:
    """Nothing that axe objects to, and nothing that scrolls sideways at any width. The dark scheme differs in colours alone."""
    if await page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches"):
        assert await faults(page, COLOURS) == [], page.url
        return
    assert await faults(page, ALL_RULES) == [], page.url
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 760})
        assert await page.evaluate(SIDEWAYS) == [], f"{page.url} at {width} px"


async def opened(visits: Visits, scene: Scene, scheme: str) -> Page:
    """A page of the owner, with the movements out of the way of measuring contrast."""
    return await visits.page(scene.owner, "/", color_scheme=scheme, reduced_motion="reduce")


def talked_in(scene: Scene) -> Room:
    """A room with all that a message can be."""
    other = scene.person()
    room = scene.room(other, topic="A topic that is long enough to be cut off on a small screen, " * 3)
    first = scene.post(room, other, "A question, see https://example.org/")["seq"]
    scene.act("post_message", scene.owner, room, key="answer-0001", body="An answer", reply_to=first)
    gone = scene.post(room, scene.owner, "gone")["seq"]
    scene.act("edit_message", other, room, seq=first, body="A better question, see https://example.org/")
    scene.act("delete_message", scene.owner, room, seq=gone)
    return room


async def test_the_door(visits: Visits, scheme: str) -> None:
    page = await visits.page(path="/enter/", color_scheme=scheme, reduced_motion="reduce")
    for path in ("/enter/", "/login/", "/signup/", "/connection-test/", "/how-it-works/"):
        await page.goto(path)
        await check(page)
    await page.goto("/signup/")
    await page.fill("[name=name]", "x" * 40)
    await page.fill("[name=password]", "1")
    await page.click("text=Make the account")
    await check(page)


async def test_pages_of_rooms(visits: Visits, scene: Scene, scheme: str) -> None:
    room = talked_in(scene)
    page = await opened(visits, scene, scheme)
    visits.complaints.allow("status of 404")
    for path in ("/", "/rooms/new/", f"/rooms/{room.slug}/settings/", "/account/", "/nowhere/"):
        await page.goto(path)
        await check(page)


async def test_pages_of_an_invitation(visits: Visits, scene: Scene, scheme: str) -> None:
    page = await opened(visits, scene, scheme)
    await page.goto(f"/rooms/{talked_in(scene).slug}/")
    await page.click("#room-menu summary")
    await page.click("text=Invite somebody")
    await check(page)
    await page.goto(await page.input_value("#invite-url"))
    await check(page)


async def test_a_room(visits: Visits, scene: Scene, scheme: str) -> None:
    room = talked_in(scene)
    page = RoomPage(await opened(visits, scene, scheme), visits.base, room.slug)
    await page.open()
    await check(page.page)
    await page.page.keyboard.press("Control+k")
    await check(page.page)
    await page.page.keyboard.press("Escape")
    await page.log.focus()
    await page.page.keyboard.press("?")
    await check(page.page)


async def test_a_room_with_its_menus_open(visits: Visits, scene: Scene, scheme: str) -> None:
    room = talked_in(scene)
    page = RoomPage(await opened(visits, scene, scheme), visits.base, room.slug)
    await page.open()
    await page.open_transports()
    await expect(page.page.locator("#transport-state")).to_have_text("Live.")
    await check(page.page)
    await page.page.click("#room-menu summary")
    await check(page.page)
    await page.row(3).focus()
    await page.page.keyboard.press("Enter")
    await check(page.page)
    await page.composer.press("ArrowUp")
    await expect(page.page.locator(".editor")).to_be_visible()
    await check(page.page)


async def test_a_room_with_announcements_that_has_moved_the_page(visits: Visits, scene: Scene, scheme: str) -> None:
    visits.complaints.allow(r"status of 403")
    room = scene.room()
    scene.act("announce", scene.owner, room, text="The regatta is on Sunday because of the storm warning. " * 5)
    scene.act("announce", scene.owner, room, text="Closed on Friday")
    page = await visits.room(scene.owner, room, color_scheme=scheme, reduced_motion="reduce")
    scene.update(room, allowed_transports=["poll"], default_transport="poll")
    await expect(page.page.locator("#moved")).to_be_visible()
    await expect(page.page.locator("#announcements button").last).to_be_visible()
    await check(page.page)


async def test_a_room_with_things_that_wait_and_things_refused(visits: Visits, scene: Scene, scheme: str) -> None:
    room = scene.room(poll_interval_ms=60_000)
    page = RoomPage(await opened(visits, scene, scheme), visits.base, room.slug)
    await page.open("poll")
    visits.complaints.allow("status of 403", "net::ERR_")
    scene.update(room, state="archived")
    await page.say("refused")
    await expect(page.pending.locator(".pending-word")).to_contain_text("Not sent")
    await check(page.page)


async def test_people_and_what_is_asked_of_them(visits: Visits, scene: Scene, scheme: str) -> None:
    room = talked_in(scene)
    page = RoomPage(await opened(visits, scene, scheme), visits.base, room.slug)
    await page.open()
    await page.page.click(".people-button")
    await page.page.locator(".people-item").nth(1).click()
    await expect(page.page.locator("[data-deed=ban]")).to_be_visible()
    await check(page.page)
    for deed in ("mute", "ban", "remove", "moderator"):
        await page.page.click(f"[data-deed={deed}]")
        await check(page.page)
        await page.page.keyboard.press("Escape")
    await page.page.keyboard.press("Escape")
    await check(page.page)


async def test_what_is_announced_to_a_room(visits: Visits, scene: Scene, scheme: str) -> None:
    room = talked_in(scene)
    page = RoomPage(await opened(visits, scene, scheme), visits.base, room.slug)
    await (await page.open()).stocked()
    for _ in range(2):
        await page.page.click("#room-menu summary")
        await page.page.click("[data-announces]")
        await page.page.fill("#announcing textarea", "Back at noon, when the new machine is in its place " * 5)
        await page.page.click("#announcing-form button")
        await expect(page.page.locator("#announcing")).to_be_hidden()
    await page.page.click("#room-menu summary")
    await page.page.click("[data-announces]")
    await expect(page.page.locator("#announcing-list li")).to_have_count(2)
    await check(page.page)


async def test_the_inspector(visits: Visits, scene: Scene, scheme: str) -> None:
    room = talked_in(scene)
    page = RoomPage(await opened(visits, scene, scheme), visits.base, room.slug)
    await (await page.open()).stocked()
    await page.open_transports()
    await expect(page.page.get_by_role("button", name="Inspector")).to_be_visible()
    await check(page.page)
    await page.page.get_by_role("button", name="Inspector").click()
    wire = page.page.locator(".wire")
    await expect(wire.filter(has_text="Hand-over")).to_have_count(1)
    for via in ("poll", "longpoll"):
        await page.page.keyboard.press("Control+i")
        await page.switch(via)
        await page.page.keyboard.press("Escape")
        await page.page.keyboard.press("Control+i")
        await expect(wire.filter(has_text=f"GET /{via}").first).to_be_visible()
        await wire.filter(has_text=f"GET /{via}").first.locator("summary").click()
        await page.page.click("text=About these figures")
        await page.page.click("[data-act=pause]")
        assert await page.page.locator("#inspector [aria-live], #inspector [role=log] .wire").count() == 0
        await check(page.page)


async def test_what_is_asked_of_a_message(visits: Visits, scene: Scene, scheme: str) -> None:
    room = talked_in(scene)
    page = RoomPage(await opened(visits, scene, scheme), visits.base, room.slug)
    await (await page.open()).stocked()
    await page.act(3, "earlier")
    await expect(page.page.locator("#earlier-list li")).to_have_count(1)
    await check(page.page)
    await page.page.keyboard.press("Escape")
    await page.act(3, "remove")
    await check(page.page)


async def test_the_connection_test(visits: Visits, scheme: str) -> None:
    context = await visits.context(color_scheme=scheme, reduced_motion="reduce")
    await context.route("**/api/connection-test/hold*", cut_hold)
    await context.route_web_socket("**/ws/connection-test/", strip_upgrade)
    visits.complaints.allow("WebSocket connection to", "status of 504")
    await check(await finished(context))


async def test_the_lab(visits: Visits, scene: Scene, scheme: str) -> None:
    page = await opened(visits, scene, scheme)
    await page.goto("/lab/")
    await check(page)
    await page.click("text=Open my lab")
    await expect(page.locator("#lab-fields")).to_be_enabled()
    await check(page)
    await page.select_option("[name=count]", "10")
    await page.select_option("[name=rate]", "2")
    await page.click("#lab-form .button-main")
    await expect(page.locator("#lane-poll .lane-verdict")).to_be_visible(timeout=40_000)
    await check(page)
    await expect(page.locator("#results")).to_be_visible(timeout=40_000)
    await check(page)


async def test_axe_finds_a_fault_that_is_there(visits: Visits, scene: Scene) -> None:
    page = await visits.page(scene.owner, "/")
    await page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    assert "button-name" in dict(await faults(page, ALL_RULES))


async def test_axe_finds_a_colour_that_is_too_pale(visits: Visits, scene: Scene) -> None:
    page = await visits.page(scene.owner, "/", color_scheme="dark")
    await page.evaluate("() => { document.querySelector('h1').style.color = '#333' }")
    assert "color-contrast" in dict(await faults(page, COLOURS))
