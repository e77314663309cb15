"""People who talk at random over changing transports, and what must have come of it."""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import TimeoutError as TooLate

from tests.browser.support.room_page import RoomPage
from tests.support.drivers import DRIVERS
from tests.support.people import Person

MOST_MS = 2000
"""For a click: when the page moves under the hand just then, it is let be."""


@dataclass
class Chatter:
    """One page that does one thing after another; `said` holds the first words of each of its messages, in order,
    `kept` those of them that the composer did not let go: they were never sent, where others were lost later.

    What the page refuses or cannot do just now is given up, as people would; what is sent counts.
    """

    name: str
    person: Person
    room: RoomPage
    seed: int
    said: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(f"{self.name} {self.seed}")

    async def talk(self, steps: int) -> None:
        deeds = {self._say: 10, self._toggle: 5, self._reply: 3, self._edit: 3, self._delete: 1}
        for deed in self._random.choices(list(deeds), list(deeds.values()), k=steps):
            await deed()

    async def _say(self) -> None:
        self.said.append(f"{self.name}{len(self.said)}.")
        await self.room.say(self.said[-1])
        if await self.room.composer.input_value() == self.said[-1]:
            self.kept.append(self.said[-1])

    async def _toggle(self) -> None:
        await self.room.choose(self._random.choice(list(DRIVERS)))
        await self.room.page.keyboard.press("Escape")

    async def _reply(self) -> None:
        if await self._on_a_row(await self._texts(own=False), "reply"):
            await self._say()

    async def _edit(self) -> None:
        row = await self._on_a_row(await self._texts(own=True), "edit")
        if not row:
            return
        editor = self.room.row(row["seq"]).locator(".editor textarea")
        with suppress(TooLate):
            await editor.fill(row["text"] + " mended", timeout=MOST_MS)
            await editor.press("Enter")
            await editor.wait_for(state="detached", timeout=MOST_MS)
        if await editor.count():
            await editor.press("Escape")

    async def _delete(self) -> None:
        row = await self._on_a_row(await self._texts(own=True), "remove")
        if not row:
            return
        with suppress(TooLate):
            await self.room.page.click("#confirm button[value=yes]", timeout=MOST_MS)
            await self.room.page.wait_for_selector(f"#m-{row['seq']}.is-deleted", timeout=MOST_MS)

    async def _texts(self, own: bool) -> list[dict[str, Any]]:
        rows = [row for row in await self.room.rows() if not row["deleted"]]
        return [row for row in rows if row["text"].startswith(self.name) is own]

    async def _on_a_row(self, rows: list[dict[str, Any]], action: str) -> dict[str, Any] | None:
        """Click an action of one of the last rows; the row, when it worked."""
        if not rows:
            return None
        row = self._random.choice(rows[-5:])
        shown = self.room.row(row["seq"])
        try:
            await shown.locator(".row-body").hover(timeout=MOST_MS)
            await shown.locator(f"[data-action={action}]").click(timeout=MOST_MS)
        except TooLate:
            return None
        return row
