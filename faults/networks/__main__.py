"""`python -m faults.networks`: what a page does and says on each network; status 1 when not all came right."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.support.chromium import launch
from tests.browser.support.site import start_site
from tests.support.fleet import Fleet
from tests.support.scene import Scene

from ..running import end_with, in_folder, say
from .kinds import KINDS, Scale
from .table import problems, table
from .trial import Outcome, try_all

BRIEF = Scale(hold_s=5, held_s=3, kept_s=8, away_s=6)
"""The shortest that shows the same."""


def main(arguments: list[str]) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m faults.networks", description=__doc__)
    parser.add_argument("--only", default="", help="only networks with this in their name")
    parser.add_argument("--brief", action="store_true", help="shorter holds and absences, as the tests have them")
    parser.add_argument("--at-once", type=int, default=2, help="how many at once; more take each other's time")
    parser.add_argument("--json", default="", help="write all figures to this file")
    parser.add_argument("--keep", default="", help="keep the server's logs in this new folder")
    given = parser.parse_args(arguments)
    return in_folder(given.keep, "chat-networks-", partial(_run, given))


def _run(given: argparse.Namespace, folder: Path) -> int:
    outcomes = asyncio.run(_try(folder, given))
    if given.json:
        Path(given.json).write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=2))
    found = problems(outcomes)
    print("\n".join([table(outcomes), "", *found]), flush=True)
    return 1 if found else 0


async def _try(folder: Path, given: argparse.Namespace) -> list[Outcome]:
    scale = BRIEF if given.brief else Scale()
    fleet = Fleet(folder)
    try:
        site = start_site(fleet)
        scene = Scene(site, fleet.operator(site.place))
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            kinds = [kind for kind in KINDS if given.only in kind.name]
            outcomes = await try_all(browser, scene, scale, kinds, given.at_once, say)
            await browser.close()
        await scene.close()
        return outcomes
    finally:
        fleet.stop()


if __name__ == "__main__":
    end_with(main)
