"""What a message looks like: text as text, times of the reader, days, one markup for drawn and live rows."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.support.scene import Scene

HOSTILE = [
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "</textarea></div></article><svg onload='window.ran = 1'>",
    "{{ 7 * 7 }} {% now 'Y' %} ${7 * 7}",
    "</script><script>window.ran = 1</script>",
    "&lt;b&gt;not bold&lt;/b&gt; <b>nor this</b>",
    "<!-- <template> -->",
]

LINKS = [
    "javascript:window.ran=1",
    "JaVaScRiPt://%0awindow.ran=1",
    "data:text/html,<script>window.ran=1</script>",
    "vbscript:msgbox",
    "http://javascript:window.ran=1@",
    "https://example.org/?q=<script>window.ran=1</script>",
    'https://example.org/" onmouseover="window.ran=1',
]

ROW_SHAPES = """() => {
  const shape = (node) => node.nodeType === Node.TEXT_NODE
    ? node.textContent.trim()
    : [node.tagName, Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value])),
       [...node.childNodes].map(shape).filter((part) => part !== '')];
  return [...document.querySelectorAll('#rows .row')].map((row) => {
    const copy = row.cloneNode(true);
    copy.querySelector('#actions')?.remove();
    copy.normalize();
    return shape(copy);
  });
}"""


async def ran(page: RoomPage) -> bool:
    """Whether something that is text has run as a script, or has become an element."""
    done: bool = await page.page.evaluate(
        "() => 'ran' in window || document.querySelector('#rows :is(img, script, b, [onmouseover])') !== null"
    )
    return done


async def test_markup_in_messages_is_shown_and_not_run(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    for text in HOSTILE:
        scene.post(room, scene.owner, text)
    page = await visits.room(scene.owner, room)
    await page.shows(*HOSTILE)
    for text in HOSTILE:
        await page.say(text)
    await page.shows(*HOSTILE, *HOSTILE)
    assert not await ran(page)


async def test_markup_in_names_and_quotes_is_shown_and_not_run(visits: Visits, scene: Scene) -> None:
    mean = "<img src=x onerror='window.ran = 1'>"
    room = scene.room(name=mean, topic=mean)
    seq = scene.post(room, scene.owner, mean)["seq"]
    scene.act("post_message", scene.owner, room, key="mean-quote", body="so", reply_to=seq)
    page = await visits.room(scene.owner, room)
    await expect(page.page.locator("#room-name")).to_have_text(mean)
    await expect(page.page.locator("#room-topic")).to_have_text(mean)
    await expect(page.row_of("so").locator(".quote-text")).to_have_text(mean)
    await page.page.keyboard.press("Control+k")
    scene.update(room, topic=mean + "!")
    await expect(page.page.locator("#room-topic")).to_have_text(mean + "!")
    assert not await ran(page)


async def test_links_lead_to_the_web_and_nowhere_else(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    for text in LINKS:
        scene.post(room, scene.owner, text)
    page = await visits.room(scene.owner, room)
    await page.shows(*LINKS)
    made = await page.page.locator(".row-body a").evaluate_all("all => all.map((a) => [a.protocol, a.rel, a.target])")
    assert made
    for protocol, rel, target in made:
        assert protocol in ("http:", "https:")
        assert "noopener" in rel
        assert target == "_blank"
    assert not await ran(page)


async def test_a_long_word_does_not_scroll_sideways_on_a_small_phone(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    scene.post(room, scene.owner, "W" * 400)
    scene.post(room, scene.owner, "https://example.org/" + "a" * 400)
    page = await visits.room(scene.owner, room, viewport={"width": 320, "height": 560})
    await page.say("x" * 300)
    await expect(page.pending).to_have_count(0)
    for part in ("html", "#log"):
        wide = await page.page.locator(part).evaluate("one => one.scrollWidth - one.clientWidth")
        assert wide <= 0, part


async def test_lines_and_spaces_stay_as_written(visits: Visits, scene: Scene) -> None:
    page = await visits.room(scene.owner, scene.room())
    await page.say("one\n\n  two   three")
    await page.shows("one\n\n  two   three")
    assert await page.row_of("two").locator(".row-body").inner_text() == "one\n\n  two   three"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_times_and_days_are_those_of_the_reader(visits: Visits, scene: Scene, zone: str) -> None:
    page = await visits.room(scene.person(), "lobby", timezone_id=zone)
    rows = await page.page.locator("#rows .row").evaluate_all(
        """rows => rows.map((row) => [row.querySelector('.row-time').dateTime, row.querySelector('.row-time').textContent,
          row.querySelector('.row-day').hidden ? '' : row.querySelector('.row-day').textContent.trim()])"""
    )
    days: list[str] = []
    for stamp, clock, day in rows:
        local = datetime.fromisoformat(stamp).astimezone(ZoneInfo(zone))
        assert clock == f"{local:%H:%M}"
        label = f"{local:%A} {local.day} {local:%B}"
        assert day == ("" if days and days[-1] == label else label)
        days.append(label)
    assert len(set(days)) > 1


async def test_a_row_that_came_live_is_the_same_as_one_that_the_server_drew(visits: Visits, scene: Scene) -> None:
    other = scene.person()
    room = scene.room(other)
    page = await visits.room(scene.owner, room, timezone_id="UTC")
    seq = scene.post(room, other, "first")["seq"]
    scene.act("post_message", scene.owner, room, key="a-reply-1", body="an answer", reply_to=seq)
    scene.post(room, scene.owner, "more of it, see https://example.org/")
    gone = scene.post(room, other, "gone")["seq"]
    scene.act("edit_message", other, room, seq=seq, body="first, mended")
    scene.act("delete_message", other, room, seq=gone)
    await page.shows("first, mended", "an answer", "more of it, see https://example.org/", "message deleted")
    await expect(page.page.locator("#rows a[href='https://example.org/']")).to_be_visible()
    live = await page.page.evaluate(ROW_SHAPES)
    await page.page.reload()
    await page.live()
    for drawn, came in zip(await page.page.evaluate(ROW_SHAPES), live, strict=True):
        assert drawn == came


async def test_edits_and_deletions_are_seen_by_others_at_once(visits: Visits, scene: Scene) -> None:
    other = scene.person()
    room = scene.room(other)
    writer = await visits.room(scene.owner, room, "longpoll")
    reader = await visits.room(other, room)
    await writer.say("helo")
    await reader.shows("helo")
    seq = (await reader.rows())[0]["seq"]
    await writer.edit(seq, "hello")
    await reader.shows("hello")
    await expect(reader.row(seq).locator(".row-note")).to_have_text("edited")
    await writer.delete(seq)
    await reader.shows("message deleted")
    await expect(reader.row(seq).locator("[data-action]")).to_have_count(0)
