"""A page that shows a room, as a person uses it."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Locator, Page, expect

from tests.browser.support.waiting import SOON_S, eventually

READ_ROWS = """() => [...document.querySelectorAll('#rows .row:not(.is-system)')].map((row) => ({
  seq: Number(row.id.slice(2)),
  text: row.querySelector('.row-body').textContent,
  deleted: row.classList.contains('is-deleted'),
  edited: !row.querySelector('.row-note').hidden,
  quotes: row.querySelector('.row-quote').hidden ? null : Number(row.querySelector('.row-quote').getAttribute('href').slice(3)),
}))"""

# Scripts have drawn each row once more, and the line is up.
IS_LIVE = """() => document.querySelector('#rows .row-body')?.dataset.drawn
  && !document.querySelector('#transport').classList.contains('is-broken')"""

# What the page loads when it is idle, and that each of it has run. From then on it needs no network.
PARTS = [
    *("ui/pending", "ui/pending_notes", "ui/notes", "ui/news", "ui/quotes", "ui/reader"),
    *(
        "ui/editor",
        "ui/actions",
        "ui/dialogs",
        "ui/rail",
        "ui/head",
        "ui/people",
        "ui/announcing",
        "ui/trouble",
        "automatic/pilot",
    ),
    *("transports/websocket", "transports/longpoll", "transports/poll"),
]
ARE_ASKED_FOR = """(parts) => parts.every((part) => performance.getEntriesByType('resource')
  .some(({ name }) => name.includes(`/js/${part}.`)))"""
HAVE_RUN = "(parts) => Promise.all(parts.map((part) => import(`/static/chat/js/${part}.js`))).then(() => null)"

WORDS = {"websocket": "via WebSocket", "longpoll": "via long polling", "poll": "polling every"}


@dataclass
class RoomPage:
    """One tab. `base` is the address of the site, which may be a proxy's."""

    page: Page
    base: str
    slug: str

    # Going

    async def open(self, via: str = "websocket", every: int = 500, at: str = "") -> "RoomPage":
        """Load the room on a transport, `at` a fragment such as `#m-3`, and wait until the page is live."""
        await self.page.goto(self.address(via, every) + at)
        await self.live()
        return self

    def address(self, via: str, every: int = 500) -> str:
        query = {"via": via} | ({"every": every} if via == "poll" else {})
        return f"{self.base}/rooms/{self.slug}/?{urlencode(query)}"

    async def live(self, timeout: float = SOON_S) -> None:
        await self.page.wait_for_function(IS_LIVE, timeout=timeout * 1000)

    async def stocked(self) -> "RoomPage":
        """Wait until the page has everything that it may need without a network."""
        await self.page.wait_for_function(ARE_ASKED_FOR, arg=PARTS)
        await self.page.evaluate(HAVE_RUN, PARTS)
        return self

    # Reading

    def row(self, seq: int) -> Locator:
        return self.page.locator(f"#m-{seq}")

    def row_of(self, text: str) -> Locator:
        return self.page.locator("#rows .row").filter(has=self.page.locator(".row-body", has_text=text))

    @property
    def log(self) -> Locator:
        return self.page.locator("#log")

    @property
    def pending(self) -> Locator:
        return self.page.locator("#pending .row")

    @property
    def note(self) -> Locator:
        return self.page.locator("#composer-note")

    @property
    def status(self) -> Locator:
        return self.page.locator("#status")

    async def rows(self) -> list[dict[str, Any]]:
        """What people wrote, as the page shows it."""
        shown: list[dict[str, Any]] = await self.page.evaluate(READ_ROWS)
        return shown

    async def texts(self) -> list[str]:
        return [row["text"] for row in await self.rows()]

    async def shows(self, *texts: str, timeout: float = SOON_S) -> None:
        """Wait until exactly these messages are on the page, in this order."""
        await eventually(self.texts, list(texts), timeout)

    async def everything(self) -> list[dict[str, Any]]:
        """All rows, after reading up to where the room begins."""
        start = self.page.locator("#log-start")
        while await start.is_hidden():
            count = await self.page.locator("#rows .row").count()
            await self.scroll_to_top()
            await self.page.wait_for_function(
                f"() => document.querySelectorAll('#rows .row').length > {count} || !document.querySelector('#log-start').hidden"
            )
        return await self.rows()

    # Writing

    @property
    def composer(self) -> Locator:
        return self.page.locator("#write")

    async def say(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def act(self, seq: int, action: str) -> None:
        """Click one of a message's actions: reply, link, edit, remove."""
        await self.row(seq).locator(".row-body").hover()
        await self.row(seq).locator(f"[data-action={action}]").click()

    async def edit(self, seq: int, text: str) -> None:
        await self.act(seq, "edit")
        await self.row(seq).locator(".editor textarea").fill(text)
        await self.row(seq).locator(".editor textarea").press("Enter")

    async def delete(self, seq: int) -> None:
        await self.act(seq, "remove")
        await self.page.locator("#confirm button[value=yes]").click()

    # The transport

    @property
    def transport(self) -> Locator:
        return self.page.locator("#transport-word")

    def choice(self, via: str) -> Locator:
        return self.page.locator(f".transport-choice[data-via={via}] input")

    async def open_transports(self) -> None:
        if await self.page.locator("#transport").get_attribute("open") is None:
            await self.page.click("#transport summary")

    async def choose(self, via: str) -> None:
        """Click a transport, without waiting for it to work."""
        await self.open_transports()
        await self.page.locator(f".transport-choice[data-via={via}]").click()

    async def switch(self, via: str) -> None:
        """The same, and see it work."""
        await self.choose(via)
        await expect(self.transport).to_contain_text(WORDS[via])
        await self.live()

    # The scroller

    async def scroll_to_top(self) -> None:
        await self.log.evaluate("log => { log.scrollTop = -log.scrollHeight }")

    async def scroll_up(self, pixels: int) -> None:
        await self.log.evaluate(f"log => {{ log.scrollTop -= {pixels} }}")

    async def below(self) -> float:
        """Pixels of the log below what is in view."""
        below: float = await self.log.evaluate("log => Math.abs(log.scrollTop)")
        return below

    # The page itself

    async def tell(self, target: str, event: str, made: str = "Event") -> None:
        """Send an event to `window` or `document`, as the browser would."""
        await self.page.evaluate(f"() => void {target}.dispatchEvent(new {made}({json.dumps(event)}))")

    async def said(self) -> str:
        """What screen readers were told last."""
        return await self.page.locator("#announce").inner_text()
