"""What cannot be sent waits, is kept, and goes out once and in order."""

import pytest
from playwright.async_api import expect

from tests.browser.support.complaints import NO_NETWORK
from tests.browser.support.proxy import Proxy
from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.browser.support.waiting import eventually
from tests.support.drivers import DRIVERS
from tests.support.scene import Room, Scene

NOTE_WORDS = """() => {
  const button = document.querySelector('#transport-word');
  window.words = new Set();
  new MutationObserver(() => words.add(button.textContent)).observe(button, { childList: true, subtree: true, characterData: true });
}"""


def bodies(scene: Scene, room: Room) -> list[str]:
    return [message["body"] for message in scene.stored(room)]


async def come_back(proxy: Proxy, *tabs: RoomPage) -> None:
    """The network is there again, and the browser says so."""
    proxy.come_back()
    for tab in tabs:
        await tab.tell("window", "online")


@pytest.mark.parametrize("via", DRIVERS)
async def test_sends_wait_while_the_network_is_cut_and_go_out_in_order(
    afar: Visits, proxy: Proxy, scene: Scene, via: str
) -> None:
    room = scene.room(poll_interval_ms=500)
    page = await (await afar.room(scene.owner, room, via)).stocked()
    afar.complaints.allow(NO_NETWORK)
    proxy.go_down()
    said = [f"offline {number}" for number in range(5)]
    for text in said:
        await page.say(text)
    await expect(page.note).to_have_text("5 waiting to be sent")
    assert await page.pending.locator(".row-body").all_inner_texts() == said
    assert bodies(scene, room) == []
    await come_back(proxy, page)
    await page.shows(*said)
    await expect(page.pending).to_have_count(0)
    assert bodies(scene, room) == said


async def test_the_page_says_since_when_it_is_cut_off_and_that_it_is_back(
    afar: Visits, proxy: Proxy, scene: Scene
) -> None:
    page = await afar.room(scene.owner, scene.room())
    afar.complaints.allow(NO_NETWORK)
    proxy.go_down()
    await expect(page.transport).to_have_text("reconnecting")
    await expect(page.status).to_contain_text("No contact for")
    await come_back(proxy, page)
    await expect(page.transport).to_have_text("via WebSocket")
    await expect(page.status).to_be_hidden()
    await expect(page.page.locator("#announce")).to_have_text("Connected again.")


async def test_while_the_network_is_cut_the_button_says_one_thing(afar: Visits, proxy: Proxy, scene: Scene) -> None:
    page = await afar.room(scene.owner, scene.room())
    afar.complaints.allow(NO_NETWORK)
    await page.page.evaluate(NOTE_WORDS)
    proxy.go_down()
    await expect(page.status).to_contain_text("No contact for")
    assert await page.page.evaluate("() => [...words]") == ["reconnecting"]


async def test_what_is_sent_while_the_browser_has_no_network_goes_out_later(visits: Visits, scene: Scene) -> None:
    page = await (await visits.room(scene.owner, scene.room(), "longpoll")).stocked()
    visits.complaints.allow(NO_NETWORK)
    await page.page.context.set_offline(True)
    await page.say("kept")
    await expect(page.pending).to_have_count(1)
    await page.page.context.set_offline(False)
    await page.shows("kept")


async def test_what_waits_survives_a_reload(afar: Visits, scene: Scene) -> None:
    room = scene.room(poll_interval_ms=500)
    page = await afar.room(scene.owner, room, "poll")
    afar.complaints.allow(NO_NETWORK)
    await page.page.route("**/api/**", lambda route: route.abort())
    await page.page.reload()  # a page that is open learns of it a little later
    await page.say("first")
    await page.say("second")
    await expect(page.note).to_have_text("2 waiting to be sent")
    await page.page.reload()
    await expect(page.pending.locator(".row-body")).to_have_text(["first", "second"])
    await expect(page.note).to_have_text("2 waiting to be sent")
    await page.page.unroute("**/api/**")
    await page.tell("window", "online")
    await page.shows("first", "second")
    await expect(page.pending).to_have_count(0)
    assert bodies(scene, room) == ["first", "second"]


async def test_what_a_closed_tab_left_goes_out_from_the_next(afar: Visits, proxy: Proxy, scene: Scene) -> None:
    room = scene.room()
    page = await (await afar.room(scene.owner, room)).stocked()
    afar.complaints.allow(NO_NETWORK)
    proxy.go_down()
    await page.say("left behind")
    await expect(page.pending).to_have_count(1)
    await page.page.close()
    proxy.come_back()
    later = await (await afar.tab(page.page.context, room)).open()
    await later.shows("left behind")
    assert bodies(scene, room) == ["left behind"]


async def test_two_tabs_share_an_outbox_and_send_each_thing_once(afar: Visits, proxy: Proxy, scene: Scene) -> None:
    room = scene.room()
    one = await (await afar.room(scene.owner, room)).stocked()
    other = await (await (await afar.tab(one.page.context, room)).open("longpoll")).stocked()
    afar.complaints.allow(NO_NETWORK)
    proxy.go_down()
    await one.say("from one")
    await other.say("from the other")
    for tab in (one, other):
        await expect(tab.pending.locator(".row-body")).to_have_text(["from one", "from the other"])
    await come_back(proxy, one, other)
    for tab in (one, other):
        await tab.shows("from one", "from the other")
        await expect(tab.pending).to_have_count(0)
    assert bodies(scene, room) == ["from one", "from the other"]


@pytest.mark.parametrize("via", DRIVERS)
async def test_an_answer_that_is_lost_after_the_commit_doubles_nothing(
    afar: Visits, proxy: Proxy, scene: Scene, via: str
) -> None:
    room = scene.room(poll_interval_ms=500)
    page = await (await afar.room(scene.owner, room, via)).stocked()
    afar.complaints.allow(NO_NETWORK)
    proxy.answering.clear()
    await page.say("only once")
    await eventually(lambda: bodies(scene, room), ["only once"])
    proxy.go_down()
    await expect(page.transport).to_have_text("reconnecting")
    await come_back(proxy, page)
    await page.say("and on")
    await page.shows("only once", "and on")
    await expect(page.pending).to_have_count(0)
    assert bodies(scene, room) == ["only once", "and on"]


async def test_a_refused_send_says_why_and_can_be_sent_again(visits: Visits, scene: Scene) -> None:
    member = scene.person()
    room = scene.room(member, poll_interval_ms=60_000)
    page = await visits.room(member, room, "poll")  # which hears of the change when it sends
    visits.complaints.allow("status of 403")
    scene.update(room, state="read_only")
    await page.say("too late")
    await expect(page.pending.locator(".pending-word")).to_have_text("Not sent: This room is read-only.")
    await expect(page.note).to_have_text("This room is read-only.")
    scene.update(room, state="open")
    await page.pending.get_by_role("button", name="Retry").click()
    await page.shows("too late")
    await expect(page.pending).to_have_count(0)


async def test_a_refused_send_can_be_discarded(visits: Visits, scene: Scene) -> None:
    member = scene.person()
    room = scene.room(member, poll_interval_ms=60_000)
    page = await visits.room(member, room, "poll")
    visits.complaints.allow("status of 403")
    scene.update(room, state="read_only")
    await page.say("too late")
    await page.pending.get_by_role("button", name="Discard").click()
    await expect(page.pending).to_have_count(0)
    scene.update(room, state="open")
    await page.page.reload()
    await page.live()
    await page.say("now")
    await page.shows("now")


async def test_a_send_is_on_the_page_at_once_and_its_row_gives_way_to_the_real_one(
    afar: Visits, proxy: Proxy, scene: Scene
) -> None:
    room = scene.room()
    page = await (await afar.room(scene.owner, room)).stocked()
    proxy.answering.clear()
    await page.say("here I am")
    await expect(page.pending).to_have_count(1, timeout=1000)
    await expect(page.pending.locator(".pending-word")).to_have_text("sending …")
    proxy.answering.set()
    await page.shows("here I am")
    await expect(page.pending).to_have_count(0)
    await expect(page.page.get_by_text("here I am")).to_have_count(1)
