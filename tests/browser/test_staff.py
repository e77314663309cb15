"""What staff do in the admin is seen on open pages, each on a transport of its own, by people and at once.

`pytest -rP tests/browser/test_staff.py` prints how long each effect took on each page.
"""

import asyncio
import time
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.admin.test_live import PASSWORD, make_root
from tests.browser.support.room_page import RoomPage
from tests.browser.support.staff import StaffPage
from tests.browser.support.visits import Visits
from tests.support.drivers import DRIVERS
from tests.support.people import Person
from tests.support.scene import Room, Scene

GONE = r"status of (401|403|404)"


@dataclass
class Stage:
    """Three people on three transports in one room, and a member of the staff who acts on it."""

    room: Room
    people: dict[str, Person]
    pages: dict[str, RoomPage]
    staff: StaffPage
    took_ms: dict[str, dict[str, float]] = field(default_factory=dict)

    async def see(self, what: str, condition: str, *where: str) -> None:
        """Sends what staff have prepared, and takes the time until the condition holds in each page."""
        began = time.monotonic()
        took = self.took_ms.setdefault(what, {})

        async def watch(via: str) -> None:
            await self.pages[via].page.wait_for_function(f"() => {condition}")
            took[via] = (time.monotonic() - began) * 1000

        await asyncio.gather(self.staff.send(), *(watch(via) for via in where or self.pages))

    def table(self) -> str:
        """Milliseconds from the press of the staff's button until a page shows it."""
        lines = [f"{'effect (ms)':32}" + "".join(f"{via:>11}" for via in DRIVERS)]
        for what, took in self.took_ms.items():
            shown = "".join(f"{round(took[via]) if via in took else '':>11}" for via in DRIVERS)
            lines.append(f"{what:32}{shown}")
        return "\n".join(lines)


@pytest_asyncio.fixture(loop_scope="session")
async def staff(visits: Visits, scene: Scene) -> StaffPage:
    await asyncio.to_thread(make_root, scene.server.place)
    page = await visits.page(path="/admin/")
    await page.fill("[name=username]", "Root")
    await page.fill("[name=password]", PASSWORD)
    await page.press("[name=password]", "Enter")
    await page.wait_for_url("**/admin/")
    return StaffPage(page)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(visits: Visits, scene: Scene, staff: StaffPage) -> Stage:
    people = {via: scene.person() for via in DRIVERS}
    room = scene.room(*people.values(), poll_interval_ms=500)
    pages = {via: await visits.room(people[via], room, via) for via in DRIVERS}
    return Stage(room, people, pages, staff)


def state(word: str) -> str:
    """The mark beside the room's name says it."""
    return f"document.querySelector('#room-state').textContent.trim() === '{word}'"


IS_OPEN = "document.querySelector('#room-state').hidden && !document.querySelector('#write').readOnly"
IS_BANNED = "document.querySelector('#status').textContent.includes('banned')"
IS_FORBIDDEN = "document.querySelector('.transport-choice[data-via=longpoll] input').disabled"


async def test_a_room_is_archived_restored_and_made_read_only(stage: Stage) -> None:
    for what, word in (("archived", "archived"), ("read_only", "read-only")):
        await stage.staff.prepare_state(stage.room, what)
        await stage.see(word, state(word))
        await stage.staff.prepare_state(stage.room, "open")
        await stage.see(f"open after {word}", IS_OPEN)
    print(stage.table())


async def test_a_transport_is_forbidden(stage: Stage, scene: Scene, visits: Visits) -> None:
    """The page that used it moves, without a loss; all pages offer it no longer."""
    visits.complaints.allow(GONE)
    scene.post(stage.room, scene.owner, "before")
    for page in stage.pages.values():
        await page.open_transports()
    await stage.staff.prepare_transports(stage.room, "websocket", "poll", default="poll")
    await stage.see("long polling forbidden", IS_FORBIDDEN)
    await expect(stage.pages["longpoll"].transport).to_contain_text("polling every")
    await expect(stage.pages["websocket"].transport).to_contain_text("via WebSocket")
    scene.post(stage.room, scene.owner, "after")
    for page in stage.pages.values():
        await page.shows("before", "after")
    print(stage.table())


@pytest.mark.parametrize("via", DRIVERS)
async def test_a_banned_person_gets_nothing_afterwards(stage: Stage, scene: Scene, visits: Visits, via: str) -> None:
    visits.complaints.allow(GONE)
    query = {"room": stage.room.id, "user": stage.people[via].id}
    await stage.staff.prepare_action("membership", query, "ban", reason="Sold boats")
    await stage.see("banned", IS_BANNED, via)
    scene.post(stage.room, scene.owner, "not for them")
    for other in set(DRIVERS) - {via}:
        await stage.pages[other].shows("not for them")
    await expect(stage.pages[via].status).to_contain_text("Sold boats")
    await stage.pages[via].shows()
    print(stage.table())


async def test_a_message_is_deleted_and_restored(stage: Stage, scene: Scene) -> None:
    seq = scene.post(stage.room, scene.owner, "boats for sale")["seq"]
    for page in stage.pages.values():
        await page.shows("boats for sale")
    query = {"room": stage.room.id, "author": scene.owner.id}
    await stage.staff.prepare_action("message", query, "delete_messages")
    row = f"document.querySelector('#m-{seq}').classList.contains('is-deleted')"
    await stage.see("message deleted", row)
    await stage.staff.prepare_action("message", query, "restore_messages")
    await stage.see("message restored", f"!{row}")
    for page in stage.pages.values():
        await page.shows("boats for sale")
    print(stage.table())
