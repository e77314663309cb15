"""One page of a room in a real browser, with somebody who writes there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from tests.browser.support.complaints import NO_NETWORK, Complaints
from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.support.people import Person

from ..proxy import Proxy

OBSERVER = Path(__file__).with_name("observer.js")
READY_S = 30
EXPECTED = (NO_NETWORK, r"status of 50[23]")
"""What a browser says of every server that is away."""

Told = dict[str, Any]
"""What the observer noted, times in milliseconds. Lists of [time, value]: `words` of the button, `lines` below the
header, `notes` of the composer, `away` from the newest message, `gone` rows, `blocked` writing. {body: time}: `seen`,
`queued`, `settled`. {body: reason}: `failed`. And `now`, times of an `empty` page, and what is `pending` and `shown`.
"""


@dataclass(frozen=True)
class Seat:
    """Where a window is: its transport, and the proxy of its server."""

    name: str
    via: str
    door: Proxy
    person: Person


class Window:
    """A browser of its own, for one fault."""

    def __init__(self, browser: Browser, seat: Seat, slug: str) -> None:
        self.seat = seat
        self._complaints = Complaints()
        self._complaints.allow(*EXPECTED)
        self._visits = Visits(browser, seat.door.url, self._complaints)
        self._slug = slug

    async def open(self) -> None:
        """Load the room, and wait until it is live and has all its parts."""
        context = await self._visits.context(self.seat.person)
        context.set_default_timeout(READY_S * 1000)
        await context.add_init_script(path=OBSERVER)
        self.room: RoomPage = await self._visits.tab(context, self._slug)
        await self.room.page.goto(self.room.address(self.seat.via), timeout=READY_S * 1000)
        await self.room.live(READY_S)
        await self.room.stocked()

    async def write(self, name: str, first_s: float, every_s: float) -> None:
        """Write `name 1`, `name 2`, … until `stop`."""
        rhythm = [name, first_s * 1000, every_s * 1000]
        await self.room.page.evaluate("(rhythm) => watched.write(...rhythm)", rhythm)

    async def stop(self) -> None:
        await self.room.page.evaluate("() => watched.stop()")

    async def told(self) -> Told:
        """What was noted until now."""
        told: Told = await self.room.page.evaluate("() => watched.report()")
        return told

    async def unplug(self, is_offline: bool) -> None:
        """What the browser takes for its network."""
        await self.room.page.context.set_offline(is_offline)

    @property
    def errors(self) -> list[str]:
        return self._complaints.lines

    async def close(self) -> None:
        await self._visits.close()
