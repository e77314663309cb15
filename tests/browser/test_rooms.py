"""Rooms as pages: finding, making, joining, leaving, settings, invitations, and what is not there."""

import secrets

from playwright.async_api import Page, expect

from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.support.scene import Scene


def new_name() -> str:
    return f"Room {secrets.token_hex(5)}"


async def test_rooms_are_found_by_a_word(visits: Visits, scene: Scene) -> None:
    room = scene.room(name=new_name())
    scene.room(name=new_name())
    page = await visits.page(scene.person(), "/")
    await page.fill("[name=q]", room.slug.removeprefix("room-"))
    await page.press("[name=q]", "Enter")
    await expect(page.locator(".rooms-item")).to_have_count(1)
    await page.fill("[name=q]", "nothing is called like this")
    await page.press("[name=q]", "Enter")
    await expect(page.get_by_text("No room matches")).to_be_visible()


async def test_a_room_is_made_and_spoken_in(visits: Visits, scene: Scene) -> None:
    page = await visits.page(scene.owner, "/")
    name = new_name()
    await page.click("text=New room")
    await page.fill("[name=name]", name)
    await page.fill("[name=topic]", "what it is about")
    await page.click("text=Make the room")
    await expect(page.locator("#room-name")).to_have_text(name)
    await expect(page.locator("#room-topic")).to_have_text("what it is about")
    room = RoomPage(page, visits.base, page.url.rstrip("/").rsplit("/", 1)[-1])
    await room.live()
    await room.say("first")
    await room.shows("first")


async def test_a_public_room_is_joined_and_left(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    page = await visits.page(scene.person(), f"/rooms/{room.slug}/")
    await page.click("#join button")
    await expect(page.locator("#join")).to_be_hidden()
    await page.click("#room-menu summary")
    await page.click("text=Leave the room")
    await expect(page.get_by_role("status")).to_contain_text("You left")


async def test_changed_settings_are_on_open_pages_at_once(visits: Visits, scene: Scene) -> None:
    member = scene.person()
    room = scene.room(member)
    reader = await visits.room(member, room)
    page = await visits.page(scene.owner, f"/rooms/{room.slug}/")
    await page.click("#room-menu summary")
    await page.click("#room-menu >> text=Settings")
    name = new_name()
    await page.fill("[name=name]", name)
    await page.fill("[name=topic]", "another topic")
    await page.click("text=Save")
    await page.wait_for_url(f"**/rooms/{room.slug}/")
    await expect(reader.page.locator("#room-name")).to_have_text(name)
    await expect(reader.page.locator("#room-topic")).to_have_text("another topic")
    await expect(reader.page).to_have_title(f"{name} · Parley")


async def test_settings_that_do_not_fit_together_are_explained(visits: Visits, scene: Scene) -> None:
    page = await visits.page(scene.owner, f"/rooms/{scene.room().slug}/settings/")
    await page.uncheck("[name=allowed_transports][value=websocket]")
    await page.click("text=Save")
    await expect(page.locator(".field-errors")).to_contain_text("must be one of those allowed")


async def test_a_private_room_is_entered_by_its_link(visits: Visits, scene: Scene) -> None:
    room = scene.room(kind="private")
    maker = await visits.page(scene.owner, f"/rooms/{room.slug}/")
    await maker.click("#room-menu summary")
    await maker.click("text=Invite somebody")
    link = await maker.input_value("#invite-url")
    guest = scene.person()
    visits.complaints.allow("status of 404")
    page = await visits.page(guest, f"/rooms/{room.slug}/")
    await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    await page.goto(link)
    await page.click("text=Join the room")
    tab = RoomPage(page, visits.base, room.slug)
    await tab.live()
    await tab.say("thank you")
    await tab.shows("thank you")


async def test_an_invite_link_is_copied(visits: Visits, scene: Scene) -> None:
    context = await visits.context(scene.owner, permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    await page.goto(f"/rooms/{scene.room().slug}/")
    await page.click("#room-menu summary")
    await page.click("text=Invite somebody")
    await page.click("button[data-copy]")
    await expect(page.locator("button[data-copy]")).to_have_text("Copied")
    assert await page.evaluate("() => navigator.clipboard.readText()") == await page.input_value("#invite-url")


async def test_a_stranger_passes_the_door_on_the_way_of_an_invite(visits: Visits, scene: Scene) -> None:
    room = scene.room(kind="private")
    maker = await visits.page(scene.owner, f"/rooms/{room.slug}/")
    await maker.click("#room-menu summary")
    await maker.click("text=Invite somebody")
    page = await visits.page(path=await maker.input_value("#invite-url"))
    await page.fill("form[action$='/guest/'] [name=name]", f"n-{secrets.token_hex(5)}")
    await page.click("text=Come in with a nickname")
    await page.click("text=Join the room")
    await RoomPage(page, visits.base, room.slug).live()


async def test_what_is_not_there_has_a_page_with_a_way_on(visits: Visits, scene: Scene) -> None:
    visits.complaints.allow("status of 404")
    page = await visits.page(scene.owner, "/rooms/there-is-none/")
    await page.click("text=To the rooms")
    await page.wait_for_url("**/")


async def test_unread_counts_stand_in_the_list_beside_the_room(visits: Visits, scene: Scene) -> None:
    other = scene.person()
    here, there = scene.room(), scene.room(other)
    page = await (await visits.room(scene.owner, here)).stocked()
    scene.post(there, other, "over here")
    await page.tell("window", "focus")
    count = page.page.locator(f".rail-item[data-slug={there.slug}] .unread")
    await expect(count).to_have_text("1")


async def rooms_over_the_page(page: Page) -> None:
    await page.click("#rail-open")
    await expect(page.locator("#rail-close")).to_be_focused()


async def test_on_a_phone_the_rooms_slide_over_and_away(visits: Visits, scene: Scene) -> None:
    here, there = scene.room(), scene.room()
    tab = await visits.room(scene.owner, here, viewport={"width": 360, "height": 640})
    page = (await tab.stocked()).page
    await rooms_over_the_page(page)
    await page.keyboard.press("Escape")
    await expect(page.locator("#rail-open")).to_be_focused()
    await expect(page.locator("#rail")).not_to_be_in_viewport()
    await rooms_over_the_page(page)
    await page.click(f".rail-item[data-slug={there.slug}] a")
    await page.wait_for_url(f"**/rooms/{there.slug}/")
    await tab.live()


async def test_without_scripts_a_room_can_be_read(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    scene.post(room, scene.owner, "drawn by the server")
    page = await visits.page(scene.owner, f"/rooms/{room.slug}/", java_script_enabled=False)
    await expect(page.get_by_text("drawn by the server")).to_be_in_viewport()
    await expect(page.locator("noscript p")).to_contain_text("You can read here without JavaScript")
    await page.goto("/")
    await expect(page.locator(f"a[href='/rooms/{room.slug}/']")).to_be_visible()


async def test_pages_ask_nobody_but_their_own_server(visits: Visits, scene: Scene) -> None:
    context = await visits.context(scene.owner)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    tab = await (await visits.tab(context, "lobby")).open()
    await tab.open_transports()
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(visits.base)] == []
