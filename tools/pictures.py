"""The picture of a room in the README, taken from a running server with fresh demo rooms.

`.venv/bin/python -m tools.pictures --url http://127.0.0.1:8000` signs two people up there and lets them talk.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from .browser import SIZE, chromium, sign_up

ROOT = Path(__file__).resolve().parent.parent
READER, TALKER = "Mira", "Jonas"
TALK = (
    (READER, "I bring the bread."),
    (TALKER, "We land at noon, so count me in."),
    (READER, "How is the signal on the ferry?"),
    (TALKER, "> Poor. I am on polling, and not a line is missing."),
    (READER, "> And I am at my desk, on WebSocket. Same list, same order."),
    (TALKER, "There goes the signal: we are behind the island."),
    (TALKER, "And back. What I wrote in between went out by itself."),
    (READER, "Each line once, and in order."),
    (TALKER, "Then lunch it is. Save me some soup!"),
)
"""Who says what; a text that starts with "> " answers the message before it."""


def main() -> None:
    """Writes docs/room.png, or the file that `--to` names."""
    options = argparse.ArgumentParser(description="Takes the picture of a room.")
    options.add_argument("--url", required=True, help="where a server with fresh demo rooms answers")
    options.add_argument("--to", type=Path, default=ROOT / "docs" / "room.png")
    given = options.parse_args()
    with chromium() as browser:
        _take(browser, given.url.rstrip("/"), given.to)


def _take(browser: Browser, url: str, to: Path) -> None:
    pages = {name: _enter(browser, url, name) for name in (READER, TALKER)}
    pages[TALKER].goto("/rooms/scores/")
    _say(pages[TALKER], "Next one: Harbour at home, Saturday at three")
    pages[TALKER].goto("/rooms/lobby/?via=poll")
    pages[READER].goto("/rooms/lobby/")
    for name, text in TALK:
        _say(pages[name], text)
        for page in pages.values():
            expect(page.locator("#rows .row").last).to_contain_text(text.removeprefix("> "))
    _show_transports(pages[READER])
    pages[READER].screenshot(path=to)


def _enter(browser: Browser, url: str, name: str) -> Page:
    """A page of somebody new who has joined all rooms."""
    page = sign_up(browser, url, name)
    while (others := page.locator("section[aria-labelledby=others] button")).count():
        others.first.click()
        page.goto("/")
    return page


def _say(page: Page, text: str) -> None:
    page.wait_for_selector("#transport:not(.is-broken)")
    newest = page.locator("#rows .row").last
    if text.startswith("> "):
        newest.locator(".row-body").hover()
        newest.locator("[data-action=reply]").click()
    page.fill("#write", text.removeprefix("> "))
    page.press("#write", "Enter")
    expect(newest).to_contain_text(text.removeprefix("> "))


def _show_transports(page: Page) -> None:
    page.click("#transport summary")
    expect(page.locator("#transport-delivery")).not_to_be_empty()
    page.mouse.move(SIZE["width"] / 2, SIZE["height"] - 4)


if __name__ == "__main__":
    main()
