"""What pages say against themselves: errors of scripts, the console's errors and warnings, broken content policy."""

import re

from playwright.async_api import BrowserContext, ConsoleMessage, WebError

NO_NETWORK = r"net::ERR_|WebSocket connection to|WebSocket is closed"
"""How Chromium puts that a server is away."""

LET_GO = r"WebSocket is closed before the connection is established"
"""Said when a page leaves, or changes its transport, while its socket still connects: nothing is wrong."""


class Complaints:
    """Collects what all pages of a test say. A test that provokes some allows them, by pattern."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._allowed: list[re.Pattern[str]] = [re.compile(LET_GO)]

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._hear)
        context.on("weberror", self._fail)

    def allow(self, *patterns: str) -> None:
        """From now on, and for what has been said."""
        self._allowed += [re.compile(pattern) for pattern in patterns]

    @property
    def lines(self) -> list[str]:
        """What nobody has allowed."""
        return [line for line in self._lines if not any(pattern.search(line) for pattern in self._allowed)]

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning", "assert"):
            self._lines.append(f"{line.text} ({line.location.get('url')})")

    def _fail(self, error: WebError) -> None:
        self._lines.append(f"{error.error} ({error.page.url if error.page else ''})")
