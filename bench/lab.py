"""`python -m bench.lab`: runs the standard scenario of a lab several times, and tells how its figures repeat."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page

from tools.browser import chromium, sign_up

from .report import plain

RUN_MS = 300_000
KINDS = ("json", "csv", "png")
BASE = "websocket"
"""What the others are set against."""

FIGURES = ("p50", "lastMs", "up", "down")

Ratios = dict[tuple[str, str, str], float]


def main(arguments: list[str]) -> None:
    options = _parse(arguments)
    options.to.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        page = sign_up(browser, options.url.rstrip("/"), f"Lab {secrets.token_hex(3)}")
        page.goto("/lab/")
        page.click("text=Open my lab")
        runs = [_run(page, options.to / str(number + 1)) for number in range(options.runs)]
    print("", plain(table(runs)), sep="\n")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.lab", description=__doc__)
    parser.add_argument(
        "--url", default="http://127.0.0.1:8000", help="where a server answers that is used for nothing else"
    )
    parser.add_argument("--runs", type=int, default=3, help="some three minutes each")
    parser.add_argument(
        "--to", type=Path, default=Path("lab"), help="a folder for the JSON, CSV and picture of each run"
    )
    return parser.parse_args(arguments)


def _run(page: Page, to: Path) -> Ratios:
    print(f"run {to.name} …", flush=True)
    page.click("#standard")
    page.locator("#results").wait_for(timeout=RUN_MS)
    for kind in KINDS:
        with page.expect_download() as download:
            page.click(f"#save-{kind}")
        download.value.save_as(to.with_suffix(f".{kind}"))
    return ratios(json.loads(to.with_suffix(".json").read_bytes()))


def ratios(report: dict[str, Any]) -> Ratios:
    """Each figure of the other transports, as a multiple of the WebSocket's in the same part of the same run."""
    found: Ratios = {}
    for part in report["parts"]:
        lanes = {lane["via"]: lane for lane in part["lanes"]}
        for via in sorted(lanes.keys() - {BASE}):
            for name in FIGURES:
                if lanes[via][name] and lanes[BASE][name]:
                    found[part["name"], via, name] = lanes[via][name] / lanes[BASE][name]
    return found


def table(runs: list[Ratios]) -> list[list[str]]:
    """A row for each ratio: of each run, and how far the farthest is from the median."""
    head = ["part", "transport", "figure", *(f"run {number + 1}" for number in range(len(runs))), "off by"]
    rows = []
    for place in runs[0]:
        values = [run[place] for run in runs if place in run]
        middle = median(values)
        off = max(abs(value / middle - 1) for value in values)
        rows.append([*place, *(f"{value:.3g}" for value in values), f"{off:.1%}"])
    return [head, *rows]


if __name__ == "__main__":
    main(sys.argv[1:])
