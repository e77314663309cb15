"""A real browser on a running server, as somebody new there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from .programs import CHROMIUM

SIZE: ViewportSize = {"width": 1280, "height": 800}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Raises `SystemExit` with what to install when there is none."""
    path = CHROMIUM.find()
    if path is None:
        raise SystemExit(CHROMIUM.remedy)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def sign_up(browser: Browser, url: str, name: str) -> Page:
    """A page of somebody new; raises `SystemExit` when the name is taken."""
    page = browser.new_page(base_url=url, viewport=SIZE, locale="en-GB", color_scheme="light", reduced_motion="reduce")
    page.goto("/signup/")
    page.fill("[name=name]", name)
    page.fill("[name=password]", secrets.token_urlsafe(16))
    page.press("[name=password]", "Enter")
    if page.locator(".field-errors").count():
        raise SystemExit(f"{name} is there already: take a server with fresh data.")
    return page
