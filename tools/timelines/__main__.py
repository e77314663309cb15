"""`python -m tools.timelines`: records the scenes of the guide anew, and draws them for the docs.

A real browser plays each scene against a real server, with a recorder between the page's client and its network.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from chat.guide import FILE
from tests.browser.support.chromium import launch
from tests.browser.support.complaints import Complaints
from tests.browser.support.site import manage
from tests.browser.support.visits import Visits
from tests.support.fleet import Fleet
from tests.support.scene import Scene

from . import docs

HERE = Path(__file__).parent
SCENES = {"poll": "longpoll", "longpoll": "websocket", "websocket": "poll"}
"""Each transport, and the one that its scene ends with."""

SETTINGS = {"poll_interval_ms": 2000, "hold_s": 5, "heartbeat_s": 5}
"""Holds and signs of life are short, so that a drawing has room for them."""

MODULE = "/static/scene.js"
"""Where the page finds the scene."""

SILENCE_MS, PAUSE_MS = 7000, 2500
PACKAGES = ("Django", "channels", "daphne")


def main() -> None:
    """Writes the recording, unless `--draw`, and the drawings below docs/."""
    parser = argparse.ArgumentParser(prog="python -m tools.timelines", description=__doc__)
    parser.add_argument("--draw", action="store_true", help="only draw what is recorded")
    if not parser.parse_args().draw:
        with tempfile.TemporaryDirectory(prefix="chat-timelines-") as folder:
            FILE.write_text(_as_text(asyncio.run(_record(Path(folder)))))
    docs.draw()


async def _record(folder: Path) -> dict[str, Any]:
    fleet = Fleet(folder)
    try:
        place = fleet.place("guide", "sqlite", extra={"CHAT_HEARTBEAT_S": str(SETTINGS["heartbeat_s"])})
        manage(place, "collectstatic", "--noinput")
        scene = Scene(fleet.extra_server("daphne", place), fleet.operator(place))
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            stage = Stage(scene)
            scenes = [await stage.play(browser, via, following) for via, following in SCENES.items()]
            versions = _versions(browser)
            await browser.close()
        await scene.close()
        return {"recorded": datetime.now(UTC).date().isoformat(), "versions": versions, **SETTINGS, "scenes": scenes}
    finally:
        fleet.stop()


class Stage:
    """One room for all scenes, somebody who reads and somebody else who writes."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._reader, self._writer = scene.person(), scene.person()
        self._room = scene.room(self._reader, self._writer, name="Harbour", hold_s=SETTINGS["hold_s"])

    async def play(self, browser: Browser, via: str, following: str) -> dict[str, Any]:
        """What the recorder of the reader's page has noted."""
        visits = Visits(browser, self._scene.server.url, complaints := Complaints())
        page = await visits.page(self._reader, "/connection-test/")  # has the import map, and no client of its own
        await page.expose_function("somebodyWrites", self._write)
        options = {
            "slug": self._room.slug,
            "via": via,
            "next": following,
            "everyMs": SETTINGS["poll_interval_ms"],
            "silenceMs": SILENCE_MS,
            "pauseMs": PAUSE_MS,
        }
        await page.route(f"**{MODULE}", lambda route: route.fulfill(path=HERE / "scene.js"))
        played = await page.evaluate(f"async (options) => (await import('{MODULE}')).play(options)", options)
        await visits.close()
        if complaints.lines:
            raise SystemExit("\n".join(complaints.lines))
        return dict(played)

    def _write(self, body: str) -> str:
        """When it was written, by the server's clock."""
        return str(self._scene.post(self._room, self._writer, body)["created_at"])


def _versions(browser: Browser) -> dict[str, str]:
    packages = {name: version(name) for name in PACKAGES}
    return {"Chromium": browser.version, "Python": platform.python_version(), **packages}


def _as_text(recording: dict[str, Any]) -> str:
    """JSON with a line for each trace."""
    *head, (_name, scenes) = recording.items()
    lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in head]
    return "\n".join(["{", *lines, ' "scenes": [', ",\n".join(map(_scene_as_text, scenes)), " ]", "}", ""])


def _scene_as_text(scene: dict[str, Any]) -> str:
    return "  {" + ",\n   ".join(f"{json.dumps(name)}: {_value_as_text(value)}" for name, value in scene.items()) + "}"


def _value_as_text(value: Any) -> str:
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n    " + ",\n    ".join(map(json.dumps, value)) + "]"


if __name__ == "__main__":
    main()
