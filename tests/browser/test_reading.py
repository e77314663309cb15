"""Where the reader is, the page stays; what is new is shown without being in the way."""

from playwright.async_api import Page, expect

from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.browser.support.waiting import eventually
from tests.support.people import Person
from tests.support.scene import Room, Scene

JUMP_PX = 2

SCROLL_AND_MARK = """() => {
  const log = document.querySelector('#log');
  log.scrollTop = -(log.scrollHeight - log.clientHeight - 200);
  const edge = log.getBoundingClientRect().top;
  const row = [...document.querySelectorAll('#rows .row')].find((one) => one.getBoundingClientRect().top >= edge);
  row.dataset.anchor = 'yes';
  return row.getBoundingClientRect().top;
}"""

ANCHOR_TOP = "() => document.querySelector('[data-anchor]').getBoundingClientRect().top"


def long_room(scene: Scene, count: int, *members: Person) -> tuple[Room, list[int]]:
    """A room with so many messages of its owner; their places."""
    room = scene.room(*members)
    lines = [f"line {number}\nwith a second one" if number % 3 else f"line {number}" for number in range(count)]
    places: list[int] = scene.operator("post_many", room=room.id, author=scene.owner.id, bodies=lines)
    return room, places


async def count_rows(page: Page) -> int:
    return await page.locator("#rows .row").count()


async def anchored(page: RoomPage) -> float:
    """Scroll near the top, pick a row there; where it is."""
    top: float = await page.page.evaluate(SCROLL_AND_MARK)
    return top


async def test_history_loads_upwards_without_a_jump(visits: Visits, scene: Scene) -> None:
    room, places = long_room(scene, 180)
    page = await visits.room(scene.owner, room)
    for _ in range(2):
        before = await count_rows(page.page)
        top = await anchored(page)
        await page.page.wait_for_function(f"() => document.querySelectorAll('#rows .row').length > {before}")
        assert abs(await page.page.evaluate(ANCHOR_TOP) - top) <= JUMP_PX
        await page.page.evaluate("() => delete document.querySelector('[data-anchor]').dataset.anchor")
    rows = await page.everything()
    assert [row["seq"] for row in rows] == places


async def test_the_page_follows_the_end_while_the_reader_is_there(visits: Visits, scene: Scene) -> None:
    talker = scene.person()
    room, _ = long_room(scene, 40, talker)
    page = await visits.room(scene.owner, room)
    assert await page.below() == 0
    for number in range(5):
        scene.post(room, talker, f"news {number}\n\n\nof some height")
        await expect(page.row_of(f"news {number}")).to_be_in_viewport(ratio=0.9)
    assert await page.below() == 0


async def test_a_reader_above_is_not_moved_and_told_how_many_are_new(visits: Visits, scene: Scene) -> None:
    talker = scene.person()
    room, _ = long_room(scene, 45, talker)
    page = await visits.room(scene.owner, room)
    await page.scroll_up(600)
    top = await page.page.evaluate(
        """() => { const row = document.elementFromPoint(600, 300).closest('.row'); row.dataset.anchor = 'yes';
          return row.getBoundingClientRect().top; }"""
    )
    for number in range(3):
        scene.post(room, talker, f"news {number}")
    await expect(page.page.locator("#latest")).to_have_text("3 new")
    await expect(page.page).to_have_title(f"(3) {room.slug} · Parley")
    assert abs(await page.page.evaluate(ANCHOR_TOP) - top) <= JUMP_PX
    await expect(page.row_of("news 0")).not_to_be_in_viewport()
    await page.page.click("#latest")
    await expect(page.row_of("news 2")).to_be_in_viewport()
    await expect(page.page.locator("#latest")).to_be_hidden()
    divider = page.page.locator("#new-line + .row .row-body")
    await expect(divider).to_have_text("news 0")


async def test_a_message_of_ones_own_leads_to_the_end(visits: Visits, scene: Scene) -> None:
    room, _ = long_room(scene, 45)
    page = await visits.room(scene.owner, room)
    await page.scroll_up(600)
    await page.say("back to now")
    await eventually(page.below, 0)
    await expect(page.page.get_by_text("back to now")).to_be_in_viewport()


async def test_the_unread_begin_under_a_line(visits: Visits, scene: Scene) -> None:
    reader = scene.person()
    room, places = long_room(scene, 6, reader)
    scene.act("mark_read", reader, room, seq=places[2])
    page = await visits.room(reader, room)
    await expect(page.page.locator("#new-line + .row .row-body")).to_have_text("line 3")
    await eventually(lambda: page.page.locator("#new-line").count(), 1)


async def test_what_was_seen_is_read(visits: Visits, scene: Scene) -> None:
    reader = scene.person()
    room, places = long_room(scene, 6, reader)
    scene.act("mark_read", reader, room, seq=places[0])
    rooms = await visits.page(reader, "/")
    await expect(rooms.locator(".rooms-item .unread")).to_contain_text("5")
    await visits.room(reader, room)

    async def unread() -> int:
        await rooms.reload()
        return await rooms.locator(".rooms-item .unread").count()

    await eventually(unread, 0)


async def test_a_link_to_a_message_opens_there_and_marks_it(visits: Visits, scene: Scene) -> None:
    room, places = long_room(scene, 180)
    page = await visits.room(scene.owner, room, at=f"#m-{places[20]}")
    row = page.row(places[20])
    await expect(row).to_be_in_viewport()
    await expect(row).to_be_focused()
    await expect(row).to_contain_class("is-marked")
    await page.page.click("#latest")
    await expect(page.row(places[-1])).to_be_in_viewport()


async def test_from_an_old_message_one_reads_on_to_the_newest(visits: Visits, scene: Scene) -> None:
    room, places = long_room(scene, 180)
    page = await visits.room(scene.owner, room, at=f"#m-{places[5]}")
    await expect(page.row(places[5])).to_be_in_viewport()

    async def last() -> int:
        await page.scroll_up(-200)
        rows = await page.rows()
        return int(rows[-1]["seq"])

    await eventually(last, places[-1])
    assert [row["seq"] for row in await page.rows()] == places


async def test_at_the_lower_end_of_what_is_loaded_more_comes_below(visits: Visits, scene: Scene) -> None:
    room, places = long_room(scene, 180)
    page = await visits.room(scene.owner, room, at=f"#m-{places[5]}")
    await expect(page.row(places[5])).to_be_in_viewport()
    before = await count_rows(page.page)
    top = await page.page.evaluate(
        """() => { const log = document.querySelector('#log'), row = document.querySelector('#rows .row:last-child');
          row.dataset.anchor = 'yes'; log.scrollTop = 0; return row.getBoundingClientRect().top; }"""
    )
    await page.page.wait_for_function(f"() => document.querySelectorAll('#rows .row').length > {before}")
    assert abs(await page.page.evaluate(ANCHOR_TOP) - top) <= JUMP_PX


async def test_a_quote_leads_to_what_it_quotes(visits: Visits, scene: Scene) -> None:
    room, places = long_room(scene, 120)
    scene.act("post_message", scene.owner, room, key="quote-0001", body="I remember", reply_to=places[3])
    page = await visits.room(scene.owner, room)
    quote = page.row_of("I remember").locator(".row-quote")
    await expect(quote).to_contain_text("line 3")
    await quote.click()
    await expect(page.row(places[3])).to_be_in_viewport()
    await expect(page.row(places[3])).to_be_focused()


async def test_going_to_the_rooms_and_back_keeps_the_place(visits: Visits, scene: Scene) -> None:
    room, places = long_room(scene, 120)
    page = await visits.room(scene.owner, room, at=f"#m-{places[30]}")
    await expect(page.row(places[30])).to_be_in_viewport()
    await page.page.goto(visits.base + "/")
    await page.page.goto(page.address("websocket"))
    await page.live()
    await expect(page.row(places[30])).to_be_in_viewport()


async def test_a_reset_draws_the_newest_page_anew(visits: Visits, scene: Scene) -> None:
    room, _ = long_room(scene, 5)
    page = await visits.room(scene.owner, room)
    scene.operator("renew_epoch", room=room.id)
    await page.say("in the new life")
    await expect(page.row_of("in the new life")).to_be_visible()
    await eventually(lambda: count_rows(page.page), 7)
