"""A member of the staff at the admin, in a browser."""

from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.async_api import Page, expect

from tests.support.scene import Room


@dataclass
class StaffPage:
    """One tab at the admin. What is prepared takes effect when it is sent."""

    page: Page

    async def prepare_action(self, model: str, query: dict[str, int], action: str, **said: str) -> None:
        """An action on all rows that a filter leaves, up to the button of the page that asks whether it is meant."""
        await self.page.goto(f"/admin/chat/{model}/?{urlencode(query)}")
        await self.page.check("#action-toggle")
        await self.page.select_option("[name=action]", action)
        await self.page.click("button[name=index]")
        for name, words in said.items():
            await self.page.fill(f"[name={name}]", words)

    async def prepare_state(self, room: Room, state: str) -> None:
        """The form of a room, up to its button."""
        await self._open(room)
        await self.page.check(f"[name=state][value={state}]")

    async def prepare_transports(self, room: Room, *allowed: str, default: str) -> None:
        await self._open(room)
        for box in await self.page.locator("[name=allowed_transports]").all():
            await box.set_checked(await box.get_attribute("value") in allowed)
        await self.page.check(f"[name=default_transport][value={default}]")

    async def send(self) -> None:
        """Presses the button, and sees that it was accepted."""
        await self.page.click("[name=_save], form:not(#logout-form) input[type=submit]:visible")
        await expect(self.page.locator(".messagelist .success")).to_be_visible()

    async def _open(self, room: Room) -> None:
        await self.page.goto(f"/admin/chat/room/{room.id}/change/")
