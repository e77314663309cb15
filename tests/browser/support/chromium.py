"""Chromium, headless, as the tests start it."""

import os

from playwright.async_api import Browser, Playwright

from tools.programs import CHROMIUM

BACK_FORWARD_CACHE = "--disable-back-forward-cache"
"""The driver switches the cache off, but people have it."""


async def launch(playwright: Playwright) -> Browser:
    """The Chromium of the machine; AssertionError with a remedy when there is none."""
    path = CHROMIUM.find()
    assert path, CHROMIUM.remedy
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return await playwright.chromium.launch(
        executable_path=path, args=arguments, ignore_default_args=[BACK_FORWARD_CACHE]
    )
