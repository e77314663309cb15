"""Writing, editing and moving among messages by keyboard."""

from playwright.async_api import Locator, expect

from tests.browser.support.focus import SEEN, focus
from tests.browser.support.room_page import RoomPage
from tests.browser.support.spoken import spoken
from tests.browser.support.visits import Visits
from tests.support.scene import Scene


def editor(page: RoomPage) -> Locator:
    return page.page.locator(".editor textarea")


async def test_enter_sends_and_shift_enter_breaks_the_line(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene)
    await page.composer.focus()
    await page.page.keyboard.type("one")
    await page.page.keyboard.press("Shift+Enter")
    await page.page.keyboard.type("two")
    await page.shows()
    await page.page.keyboard.press("Enter")
    await page.shows("one\ntwo")
    await expect(page.composer).to_have_value("")
    await expect(page.composer).to_be_focused()


async def test_blank_lines_are_not_sent(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    page, _ = await spoken(visits, scene, room=room)
    await page.say("  \n ")
    await page.say("word")
    await page.shows("word")
    assert len(scene.stored(room)) == 1


async def test_the_enter_of_a_composition_does_not_send(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene)
    await page.composer.focus()
    session = await page.page.context.new_cdp_session(page.page)
    await session.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    await session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    await session.send("Input.insertText", {"text": "日本"})
    await session.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    await expect(page.composer).to_have_value("日本")
    assert await page.pending.count() == 0
    await page.page.keyboard.press("Enter")
    await page.shows("日本")


async def test_arrow_up_edits_the_last_one_and_escape_cancels(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene, "first", "last")
    await page.composer.press("ArrowUp")
    await expect(editor(page)).to_be_focused()
    await expect(editor(page)).to_have_value("last")
    await page.page.keyboard.type(" words")
    await page.page.keyboard.press("Escape")
    await expect(editor(page)).to_have_count(0)
    await expect(page.composer).to_be_focused()
    await page.shows("first", "last")
    await page.composer.press("ArrowUp")
    await page.page.keyboard.type(" words")
    await page.page.keyboard.press("Enter")
    await page.shows("first", "last words")
    await expect(page.composer).to_be_focused()


async def test_arrow_up_in_a_text_moves_the_caret(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene, "first")
    await page.composer.fill("a draft")
    await page.composer.press("ArrowUp")
    await expect(editor(page)).to_have_count(0)


async def test_arrows_move_among_messages_and_escape_leads_back(visits: Visits, scene: Scene) -> None:
    page, places = await spoken(visits, scene, "one", "two", "three")
    await page.log.focus()
    for key, at in (("ArrowUp", 2), ("ArrowUp", 1), ("ArrowDown", 2), ("ArrowDown", 2), ("Home", None), ("End", 2)):
        await page.page.keyboard.press(key)
        focused = page.page.locator("#rows .row").first if at is None else page.row(places[at])
        await expect(focused).to_be_focused()
        assert await focus(page.page) == SEEN
    await page.page.keyboard.press("Escape")
    await expect(page.composer).to_be_focused()


async def test_the_menu_key_opens_the_actions_of_a_message(visits: Visits, scene: Scene) -> None:
    page, places = await spoken(visits, scene, "one")
    for key in ("ContextMenu", "Shift+F10", "Enter"):
        await page.row(places[0]).focus()
        await page.page.keyboard.press(key)
        await expect(page.page.locator("[data-action=reply]").first).to_be_focused()
        assert await focus(page.page) == SEEN
        await page.page.keyboard.press("Escape")
        await expect(page.row(places[0])).to_be_focused()
    await page.page.keyboard.press("Enter")
    await page.page.keyboard.press("ArrowRight")
    await page.page.keyboard.press("ArrowRight")
    await page.page.keyboard.press("Enter")
    await expect(editor(page)).to_be_focused()


async def test_a_message_is_answered_by_keyboard(visits: Visits, scene: Scene) -> None:
    page, places = await spoken(visits, scene, "a question")
    await page.row(places[0]).focus()
    await page.page.keyboard.press("Enter")
    await page.page.keyboard.press("Enter")
    await expect(page.composer).to_be_focused()
    await expect(page.page.locator("#reply")).to_contain_text("a question")
    await page.page.keyboard.press("Escape")
    await expect(page.page.locator("#reply")).to_be_hidden()
    await page.act(places[0], "reply")
    await page.page.keyboard.type("an answer")
    await page.page.keyboard.press("Enter")
    await page.shows("a question", "an answer")
    assert (await page.rows())[1]["quotes"] == places[0]


async def test_a_message_is_deleted_by_keyboard_after_a_question(visits: Visits, scene: Scene) -> None:
    page, places = await spoken(visits, scene, "one", "two")
    await page.act(places[0], "remove")
    await expect(page.page.get_by_role("button", name="Keep it")).to_be_focused()
    await page.page.keyboard.press("Escape")
    await page.shows("one", "two")
    await page.act(places[0], "remove")
    await page.page.keyboard.press("Shift+Tab")
    await page.page.keyboard.press("Enter")
    await page.shows("message deleted", "two")
    await expect(page.composer).to_be_focused()


async def test_a_draft_stays_when_one_goes_and_comes_back(visits: Visits, scene: Scene) -> None:
    page, _ = await spoken(visits, scene)
    await page.composer.fill("half a sen")
    await page.page.reload()
    await page.live()
    await expect(page.composer).to_have_value("half a sen")
