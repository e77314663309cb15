"""Waiting for a condition, with a bound."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page, Route

SOON_S = 10.0
LOOK_EVERY_S = 0.05


async def eventually(look: Callable[[], Any | Awaitable[Any]], expected: Any, timeout: float = SOON_S) -> None:
    """Return as soon as `look()` equals `expected`; AssertionError with both after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while (seen := await _value(look())) != expected:
        if time.monotonic() > deadline:
            assert seen == expected, f"not within {timeout} s"
        await asyncio.sleep(LOOK_EVERY_S)


async def hold_back(page: Page, pattern: str) -> Callable[[], None]:
    """Keeps what a page asks for until the returned function is called."""
    go = asyncio.Event()

    async def held(route: Route) -> None:
        await go.wait()
        await route.continue_()

    await page.route(pattern, held)
    return go.set


async def _value(seen: Any | Awaitable[Any]) -> Any:
    return await seen if inspect.isawaitable(seen) else seen
