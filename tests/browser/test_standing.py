"""What a person may do in a room changes under an open page, on each transport."""

import pytest
from playwright.async_api import expect

from tests.browser.support.visits import Visits
from tests.support.drivers import DRIVERS
from tests.support.scene import Scene

MINUTES = 60
GONE = r"status of (401|403|404)"
"""How Chromium puts the answer that ends a page which polls."""


@pytest.fixture(params=DRIVERS)
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_room_that_becomes_read_only_closes_the_composer_and_opens_it_again(
    visits: Visits, scene: Scene, how: str
) -> None:
    member = scene.person()
    room = scene.room(member, poll_interval_ms=500)
    page = await visits.room(member, room, how)
    scene.update(room, state="read_only")
    await expect(page.page.locator("#room-state")).to_have_text("read-only")
    await expect(page.note).to_have_text("This room is read-only.")
    await expect(page.composer).not_to_be_editable()
    scene.update(room, state="open")
    await expect(page.page.locator("#room-state")).to_be_hidden()
    await page.say("open again")
    await page.shows("open again")


async def test_a_mute_ends_by_itself(visits: Visits, scene: Scene) -> None:
    member = scene.person()
    room = scene.room(member)
    scene.act("mute", scene.owner, room, user_id=member.id, until=3)
    page = await visits.room(member, room)
    await expect(page.note).to_contain_text("You are muted until")
    await expect(page.note).to_be_empty()
    await page.say("back")
    await page.shows("back")


async def test_a_banned_person_reads_no_more_and_is_told(visits: Visits, scene: Scene, how: str) -> None:
    member = scene.person()
    room = scene.room(member, poll_interval_ms=500)
    page = await visits.room(member, room, how)
    visits.complaints.allow(GONE)
    scene.act("ban", scene.owner, room, user_id=member.id, until=10 * MINUTES)
    scene.post(room, scene.owner, "not for them")
    await expect(page.status).to_contain_text("banned")
    await expect(page.transport).to_have_text("not connected")
    await page.shows()
    await page.page.reload()
    await expect(page.page.get_by_role("heading", name="This is not open to you")).to_be_visible()


async def test_somebody_removed_from_a_private_room_is_told(visits: Visits, scene: Scene, how: str) -> None:
    member = scene.person()
    room = scene.room(member, kind="private", poll_interval_ms=500)
    page = await visits.room(member, room, how)
    visits.complaints.allow(GONE)
    scene.act("remove_member", scene.owner, room, user_id=member.id)
    scene.post(room, scene.owner, "not for them")
    await expect(page.transport).to_have_text("not connected")
    await expect(page.status).to_contain_text("no such room")
    await page.shows()


async def test_logging_out_in_another_tab_ends_the_reading_with_a_clear_word(
    visits: Visits, scene: Scene, how: str
) -> None:
    member = scene.person()
    room = scene.room(member, poll_interval_ms=500)
    page = await visits.room(member, room, how)
    visits.complaints.allow(GONE)
    other = await page.page.context.new_page()
    await other.goto(visits.base + "/")
    await other.click("text=Log out")
    await other.wait_for_url("**/enter/")
    scene.post(room, scene.owner, "not for them")
    await expect(page.status).to_contain_text("Sign in")
    await expect(page.transport).to_have_text("not connected")
    await page.shows()


async def test_slow_mode_counts_down(visits: Visits, scene: Scene) -> None:
    member = scene.person()
    room = scene.room(member, slow_mode_s=3)
    page = await visits.room(member, room)
    await page.say("one")
    await page.shows("one")
    await expect(page.note).to_contain_text("Slow mode: write again in")
    await page.composer.fill("two")
    await expect(page.page.locator("#send")).to_be_disabled()
    await expect(page.page.locator("#send")).to_be_enabled()
    await page.composer.press("Enter")
    await page.shows("one", "two")


async def test_a_muted_person_reads_on_and_sees_until_when(visits: Visits, scene: Scene, how: str) -> None:
    member = scene.person()
    room = scene.room(member, poll_interval_ms=500)
    page = await visits.room(member, room, how)
    scene.act("mute", scene.owner, room, user_id=member.id, until=10 * MINUTES)
    await expect(page.note).to_contain_text("You are muted until")
    await expect(page.composer).not_to_be_editable()
    scene.post(room, scene.owner, "still there?")
    await page.shows("still there?")


async def test_a_new_moderator_may_delete_at_once(visits: Visits, scene: Scene) -> None:
    member = scene.person()
    room = scene.room(member)
    seq = scene.post(room, scene.owner, "to be deleted")["seq"]
    page = await visits.room(member, room)
    await page.row(seq).hover()
    await expect(page.row(seq).locator("[data-action=remove]")).to_be_hidden()
    scene.act("set_role", scene.owner, room, user_id=member.id, role="moderator")
    scene.post(room, scene.owner, "welcome")
    await page.shows("to be deleted", "welcome")
    await page.row_of("welcome").hover()
    await expect(page.row_of("welcome").locator("[data-action=remove]")).to_be_visible()
    await page.delete(seq)
    await page.shows("message deleted", "welcome")


async def test_a_room_with_a_shorter_limit_says_how_much_is_too_much(visits: Visits, scene: Scene, how: str) -> None:
    member = scene.person()
    room = scene.room(member, poll_interval_ms=500)
    page = await visits.room(member, room, how)
    await page.composer.fill("x" * 30)
    scene.update(room, max_length=20)
    await expect(page.note).to_have_text("10 characters too many")
    await expect(page.page.locator("#send")).to_be_disabled()
    await page.composer.fill("x" * 18)
    await expect(page.note).to_have_text("2 characters left")
    await page.composer.press("Enter")
    await page.shows("x" * 18)
    scene.update(room, max_length=0)
    await expect(page.composer).to_have_attribute("maxlength", "4000")
