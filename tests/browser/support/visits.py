"""People at their browsers: a context with somebody's cookies, and pages in it."""

from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.support.complaints import Complaints
from tests.browser.support.room_page import RoomPage
from tests.browser.support.waiting import SOON_S
from tests.support.people import STRANGER, Person
from tests.support.scene import Room


class Visits:
    """Opens contexts and closes them. `base` is the address that pages are loaded from."""

    def __init__(self, browser: Browser, base: str, complaints: Complaints) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.base = base
        self.complaints = complaints

    async def context(self, person: Person = STRANGER, **options: Any) -> BrowserContext:
        """A fresh browser in which the person is signed in; options as of `Browser.new_context`."""
        options = {"viewport": {"width": 1100, "height": 700}, "locale": "en-GB", **options}
        context = await self._browser.new_context(base_url=self.base, **options)
        self._contexts.append(context)
        self.complaints.listen(context)
        context.set_default_timeout(SOON_S * 1000)
        cookies = [{"name": name, "value": value, "url": self.base} for name, value in person.cookies.items() if value]
        await context.add_cookies(cookies if person.session else [])  # type: ignore[arg-type]
        return context

    async def page(self, person: Person = STRANGER, path: str = "/", **options: Any) -> Page:
        """A page of a browser of its own."""
        page = await (await self.context(person, **options)).new_page()
        await page.goto(path)
        return page

    async def tab(self, context: BrowserContext, room: Room | str) -> RoomPage:
        """One more tab for a room, still empty."""
        return RoomPage(await context.new_page(), self.base, room if isinstance(room, str) else room.slug)

    async def room(
        self,
        person: Person,
        room: Room | str,
        via: str = "websocket",
        *,
        every: int = 500,
        at: str = "",
        **options: Any,
    ) -> RoomPage:
        """A live page of a room in a browser of its own."""
        tab = await self.tab(await self.context(person, **options), room)
        return await tab.open(via, every, at)

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
