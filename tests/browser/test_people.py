"""The people of a room: the list, the menu of one of them, and what it does on their open pages."""

import pytest
from playwright.async_api import expect

from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.browser.test_moderating import reach
from tests.support.drivers import DRIVERS
from tests.support.people import Person
from tests.support.scene import Room, Scene

GONE = r"status of (401|403|404)"


@pytest.fixture(params=DRIVERS)
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def meet(page: RoomPage, person: Person) -> None:
    """Open the menu of somebody who is in the list."""
    if await page.page.locator("#people").is_hidden():
        await page.page.click(".people-button")
    await page.page.locator(".people-item", has_text=person.name).click()
    await expect(page.page.locator("#person-role")).not_to_be_empty()


async def ask(page: RoomPage, deed: str, reason: str) -> None:
    """Do something to the person of the open menu."""
    await page.page.click(f"[data-deed={deed}]")
    await page.page.fill(f"#ask-{deed} [name=reason]", reason)
    await page.page.click(f"#ask-{deed} button:not([type=button])")
    await expect(page.page.locator(f"#ask-{deed}")).to_be_hidden()


def met(scene: Scene) -> tuple[Room, Person, int]:
    """A room with a member who has said something."""
    member = scene.person()
    room = scene.room(member, poll_interval_ms=500)
    return room, member, scene.post(room, member, "Good morning")["seq"]


async def test_who_is_muted_in_the_room_is_told_until_when_and_why_and_may_write_again(
    visits: Visits, scene: Scene, how: str
) -> None:
    room, member, _seq = met(scene)
    theirs = await visits.room(member, room, how)
    page = await visits.room(scene.owner, room)
    await meet(page, member)
    await ask(page, "mute", "Shouting")
    await expect(theirs.note).to_contain_text("You are muted until")
    await expect(theirs.note).to_contain_text("Shouting")
    await expect(theirs.composer).not_to_be_editable()
    await expect(page.page.locator("#person-muted")).to_contain_text("Shouting")
    await expect(page.page.locator(".people-item", has_text=member.name)).to_contain_text("muted")
    assert await page.said() == "Muted."
    await page.page.click("[data-deed=unmute]")
    await expect(theirs.note).to_be_empty()
    await theirs.say("thank you")
    await page.shows("Good morning", "thank you")


async def test_who_is_banned_in_the_room_reads_no_more_and_is_let_in_again(
    visits: Visits, scene: Scene, how: str
) -> None:
    room, member, _seq = met(scene)
    theirs = await visits.room(member, room, how)
    page = await visits.room(scene.owner, room)
    visits.complaints.allow(GONE)
    await meet(page, member)
    await ask(page, "ban", "Sold boats")
    scene.post(room, scene.owner, "not for them")
    await expect(theirs.status).to_contain_text("Sold boats")
    await theirs.shows("Good morning")
    await page.page.keyboard.press("Escape")
    await page.page.get_by_role("radio", name="Banned").check()
    await expect(page.page.locator(".people-item")).to_have_count(1)
    await meet(page, member)
    await page.page.click("[data-deed=unban]")
    await expect(page.page.locator("#person-banned")).to_be_hidden()
    await theirs.page.reload()
    await theirs.live()
    await theirs.shows("Good morning", "not for them")


async def test_a_ban_takes_along_what_they_wrote(visits: Visits, scene: Scene) -> None:
    room, member, _seq = met(scene)
    scene.post(room, member, "Boats for sale")
    page = await visits.room(scene.owner, room)
    await meet(page, member)
    await page.page.click("[data-deed=ban]")
    await page.page.get_by_label("Delete all that they wrote").check()
    await page.page.click("#ask-ban button:not([type=button])")
    await expect(page.page.locator("#ask-ban")).to_be_hidden()
    await page.shows("message deleted", "message deleted")


async def test_who_is_removed_is_told_and_may_come_back(visits: Visits, scene: Scene, how: str) -> None:
    member = scene.person()
    room = scene.room(member, kind="private", poll_interval_ms=500)
    theirs = await visits.room(member, room, how)
    page = await visits.room(scene.owner, room)
    visits.complaints.allow(GONE)
    await meet(page, member)
    await ask(page, "remove", "")
    await expect(theirs.transport).to_have_text("not connected")
    await expect(page.page.locator("#person-role")).to_have_text("Not in the room")


async def test_an_author_is_muted_by_keyboard_alone(visits: Visits, scene: Scene) -> None:
    room, member, seq = met(scene)
    page = await visits.room(scene.owner, room)
    keyboard = page.page.keyboard
    await reach(page, seq, "person")
    await expect(page.page.locator("#person-name")).to_have_text(member.name)
    await expect(page.page.locator("[data-deed=mute]")).to_be_visible()
    while not await page.page.evaluate("document.activeElement.dataset.deed === 'mute'"):
        await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(page.page.locator("#ask-mute select")).to_be_focused()
    await keyboard.press("Tab")
    await keyboard.type("Shouting")
    await keyboard.press("Enter")
    await expect(page.page.locator("#person-muted")).to_contain_text("Shouting")
    await expect(page.page.locator("[data-deed=unmute]")).to_be_visible()
    await page.page.wait_for_function("() => document.querySelector('#person').contains(document.activeElement)")
    await keyboard.press("Escape")
    await expect(page.row(seq)).to_be_focused()


async def test_an_owner_gives_a_role_which_the_page_of_the_new_moderator_learns(
    visits: Visits, scene: Scene, how: str
) -> None:
    room, member, _seq = met(scene)
    other = scene.post(room, scene.owner, "welcome")["seq"]
    theirs = await (await visits.room(member, room, how)).stocked()
    page = await visits.room(scene.owner, room)
    await meet(page, member)
    await page.page.click("[data-deed=moderator]")
    await expect(page.page.locator("#ask-role-line")).to_contain_text("mute and ban members")
    await page.page.click("#ask-role button:not([type=button])")
    await expect(page.page.locator("#person-role")).to_have_text("moderator")
    async with theirs.page.expect_response(
        lambda answer: answer.ok and answer.url.endswith(f"/members/{scene.owner.id}")
    ):
        await theirs.row(other).locator(".row-name").click()
    await expect(theirs.page.locator("#person-role")).to_have_text("owner")
    await theirs.page.keyboard.press("Escape")
    await theirs.delete(other)
    await page.shows("Good morning", "message deleted")


async def test_what_is_refused_is_said_in_the_question(visits: Visits, scene: Scene) -> None:
    member, moderator = scene.person(), scene.person()
    room = scene.room(member, moderator, poll_interval_ms=500)
    scene.act("set_role", scene.owner, room, user_id=moderator.id, role="moderator")
    page = await visits.room(moderator, room)
    visits.complaints.allow("status of 403")
    await meet(page, member)
    scene.act("set_role", scene.owner, room, user_id=member.id, role="owner")
    await page.page.click("[data-deed=ban]")
    await page.page.click("#ask-ban button:not([type=button])")
    await expect(page.page.locator("#ask-ban .field-errors")).to_contain_text("stands as high")
    await page.page.keyboard.press("Escape")
    await expect(page.page.locator("#person")).to_be_visible()


async def test_members_see_who_is_here_and_can_do_nothing_to_them(visits: Visits, scene: Scene) -> None:
    room, member, _seq = met(scene)
    page = await visits.room(member, room)
    await page.page.click(".people-button")
    await expect(page.page.locator(".people-item")).to_have_count(2)
    await expect(page.page.locator(".people-item").first).to_contain_text("owner")
    await expect(page.page.locator("#people-shown")).to_be_hidden()
    await meet(page, scene.owner)
    await expect(page.page.locator("#person-deeds button:visible")).to_have_count(0)


async def test_a_long_list_comes_in_pages_and_is_searched(visits: Visits, scene: Scene) -> None:
    people = [scene.person() for _ in range(60)]
    room = scene.room(*people)
    page = await visits.room(scene.owner, room)
    await expect(page.page.locator(".people-button [data-people-count]")).to_have_text("61")
    await page.page.click(".people-button")
    items = page.page.locator(".people-item")
    await expect(items).to_have_count(50)
    await page.page.click("#people-more")
    await expect(items).to_have_count(61)
    await expect(page.page.locator("#people-more")).to_be_hidden()
    await page.page.fill("#people-words", people[7].name.upper())
    await expect(items).to_have_count(1)
    await expect(items.first).to_contain_text(people[7].name)
    await page.page.fill("#people-words", "nobody is called that")
    await expect(page.page.locator("#people-state")).to_have_text("Nobody.")


@pytest.mark.parametrize("width", [360, 800, 1280])
async def test_the_list_opens_and_closes_by_keyboard_at_every_width(visits: Visits, scene: Scene, width: int) -> None:
    room, _member, _seq = met(scene)
    page = await visits.room(scene.owner, room, viewport={"width": width, "height": 700})
    await page.stocked()
    opener = page.page.locator("#room-menu summary" if width < 700 else ".people-button")
    await opener.focus()
    await page.page.keyboard.press("Enter")
    if width < 700:
        await page.page.locator(".people-item-narrow").focus()
        await page.page.keyboard.press("Enter")
    await expect(page.page.locator("#people-title")).to_be_focused()
    await expect(page.page.locator(".people-button")).to_have_attribute("aria-expanded", "true")
    covers = await page.page.evaluate("document.querySelector('#room').inert")
    assert covers == (width < 1100)
    await page.page.keyboard.press("Escape")
    await expect(page.page.locator("#people")).to_be_hidden()
    await expect(opener).to_be_focused()
    assert not await page.page.evaluate("document.querySelector('#room').inert")
