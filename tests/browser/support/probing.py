"""The connection test without its long waits: the holds are answered by the test, at once."""

from urllib.parse import parse_qs, urlsplit

from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute, expect

BOUND_MS = 45_000
"""A silence of 25 s is left, which is real."""


async def answer_hold(route: Route) -> None:
    seconds = int(parse_qs(urlsplit(route.request.url).query)["seconds"][0])
    await route.fulfill(json={"held_s": seconds})


async def cut_hold(route: Route) -> None:
    """As a proxy does that has waited for long enough."""
    await route.fulfill(status=504, body="<h1>504 Gateway Time-out</h1>")


async def strip_upgrade(socket: WebSocketRoute) -> None:
    await socket.close()


async def finished(context: BrowserContext) -> Page:
    """The page after a test in a context whose routes are set."""
    page = await context.new_page()
    await page.goto("/connection-test/")
    await page.click("#start")
    await expect(page.locator("#verdict")).to_be_visible(timeout=BOUND_MS)
    return page
