"""What people do to messages of others in the room itself: report, delete with a reason, restore, look back."""

from playwright.async_api import Locator, expect

from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.support.people import Person
from tests.support.scene import Room, Scene


async def reach(page: RoomPage, seq: int, action: str) -> None:
    """Open a message's action by keyboard alone. Keys that come before their part are taken later, all at once."""
    await page.stocked()
    await page.log.focus()
    await page.page.keyboard.press("ArrowUp")
    while not await page.row(seq).evaluate("row => row === document.activeElement"):
        await page.page.keyboard.press("ArrowUp")
    await page.page.keyboard.press("Enter")
    button = page.row(seq).locator(f"[data-action={action}]")
    await expect(button).to_be_visible()
    while not await button.evaluate("button => button === document.activeElement"):
        await page.page.keyboard.press("ArrowRight")
    await page.page.keyboard.press("Enter")


def offered(page: RoomPage, seq: int) -> Locator:
    return page.row(seq).locator("[data-action]:visible")


def spoken(scene: Scene) -> tuple[Room, Person, Person, int]:
    """A room with two members, of whom one has said something."""
    author, member = scene.person(), scene.person()
    room = scene.room(author, member, poll_interval_ms=500)
    return room, author, member, scene.post(room, author, "Boats for sale")["seq"]


async def test_a_member_reports_by_keyboard_and_is_thanked(visits: Visits, scene: Scene) -> None:
    room, _author, member, seq = spoken(scene)
    page = await visits.room(member, room)
    await reach(page, seq, "report")
    dialog = page.page.locator("#ask-report")
    await expect(dialog.locator("[name=reason]")).to_be_focused()
    await expect(dialog.locator("blockquote")).to_have_text("Boats for sale")
    await page.page.keyboard.press("Enter")
    await expect(dialog).to_be_visible()
    await page.page.keyboard.type("Selling")
    await page.page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(page.note).to_contain_text("Thanks")
    assert "Thanks" in await page.said()
    await expect(page.row(seq)).to_be_focused()


async def test_a_report_that_is_refused_says_why_and_the_next_one_starts_afresh(visits: Visits, scene: Scene) -> None:
    room, author, member, seq = spoken(scene)
    other = scene.post(room, author, "More boats")["seq"]
    page = await visits.room(member, room, "poll", every=60_000)
    visits.complaints.allow("status of 404")
    await page.act(seq, "report")
    scene.act("delete_message", scene.owner, room, seq=seq)
    dialog = page.page.locator("#ask-report")
    await dialog.locator("[name=reason]").fill("Selling")
    await dialog.locator("[name=reason]").press("Enter")
    await expect(dialog.locator(".field-errors")).to_have_text("There is no such message.")
    await page.page.keyboard.press("Escape")
    await page.act(other, "report")
    await expect(dialog.locator(".field-errors")).to_be_hidden()
    await expect(dialog.locator("[name=reason]")).to_have_value("")


async def test_what_is_offered_depends_on_who_asks(visits: Visits, scene: Scene) -> None:
    room, author, member, seq = spoken(scene)
    expected = {
        author: ["reply", "link", "edit", "remove"],
        member: ["reply", "link", "report", "person"],
        scene.owner: ["reply", "link", "person", "remove"],
    }
    for person, actions in expected.items():
        page = await (await visits.room(person, room)).stocked()
        await page.row(seq).locator(".row-body").hover()
        await expect(offered(page, seq)).to_have_count(len(actions))
        assert await offered(page, seq).evaluate_all("all => all.map(one => one.dataset.action)") == actions


async def test_a_moderator_deletes_with_a_reason_and_restores_by_keyboard(visits: Visits, scene: Scene) -> None:
    room, _author, member, seq = spoken(scene)
    reader = await visits.room(member, room)
    page = await visits.room(scene.owner, room)
    await page.act(seq, "remove")
    await page.page.locator("#confirm [name=reason]").fill("Selling")
    await page.page.locator("#confirm button[value=yes]").click()
    for one in (page, reader):
        await one.shows("message deleted")
    await reach(page, seq, "restore")
    await page.page.keyboard.press("Enter")
    for one in (page, reader):
        await one.shows("Boats for sale")
    await expect(page.note).to_have_text("The message is restored.")
    await expect(page.row(seq)).to_be_focused()


async def test_members_find_nothing_on_what_was_deleted(visits: Visits, scene: Scene) -> None:
    room, _author, member, seq = spoken(scene)
    scene.act("delete_message", scene.owner, room, seq=seq)
    page = await (await visits.room(member, room)).stocked()
    await page.row(seq).locator(".row-body").hover()
    await page.row(seq).focus()
    await expect(page.page.locator("#actions")).to_be_hidden()


async def test_a_moderator_sees_what_a_message_said_before(visits: Visits, scene: Scene) -> None:
    room, author, _member, seq = spoken(scene)
    for body in ("Boats", "Good morning"):
        scene.act("edit_message", author, room, seq=seq, body=body)
    page = await visits.room(scene.owner, room)
    await reach(page, seq, "earlier")
    earlier = page.page.locator("#earlier-list blockquote")
    await expect(earlier).to_have_text(["Boats", "Boats for sale"])
    await expect(page.page.locator("#earlier-list p").first).to_contain_text(author.name)
    await page.page.keyboard.press("Escape")
    await expect(page.row(seq)).to_be_focused()


async def open_announcing(page: RoomPage) -> None:
    """From the menu of the room, by keyboard."""
    await page.page.locator("#room-menu summary").focus()
    await page.page.keyboard.press("Enter")
    await page.page.locator("[data-announces]").focus()
    await page.page.keyboard.press("Enter")
    await expect(page.page.locator("#announcing textarea")).to_be_focused()


async def test_a_moderator_announces_and_ends_it_by_keyboard(visits: Visits, scene: Scene) -> None:
    room, _author, member, _seq = spoken(scene)
    reader = await visits.room(member, room)
    page = await (await visits.room(scene.owner, room)).stocked()
    await open_announcing(page)
    await page.page.keyboard.type("Back at noon")
    await page.page.locator("#announcing-form button").focus()
    await page.page.keyboard.press("Enter")
    for one in (page, reader):
        await expect(one.page.locator("#announcements .announcement p")).to_have_text("Back at noon")
    await expect(reader.page.locator("[data-announces]")).to_be_hidden()
    await open_announcing(page)
    await page.page.locator("#announcing-list button").focus()
    await page.page.keyboard.press("Enter")
    for one in (page, reader):
        await expect(one.page.locator("#announcements .announcement")).to_have_count(0)
