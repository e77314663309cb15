"""What a run found, as a table for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from .run import Result

NAMES = {"poll": "polling", "longpoll": "long polling", "websocket": "WebSocket"}
PUSH = {"poll": "no", "longpoll": "one answer a request", "websocket": "yes"}
HEAD = [
    "connection type",
    "latency p50 / p95 / p99",
    "requests",
    "empty answers",
    "bytes up",
    "bytes down",
    "server push",
    "messages",
]
PACKAGES = ("Django", "channels", "daphne", "uvicorn", "websockets", "httptools")


def machine() -> dict[str, Any]:
    """Where the clients ran, with which versions."""
    return {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def table(result: Result) -> str:
    """A Markdown table that is aligned for a terminal, too; bytes are for each message that a client received."""
    rows = [HEAD, *(_cells(row) for row in result.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _cells(row: dict[str, Any]) -> list[str]:
    latency = " / ".join(_milliseconds(value) for value in row["latency_ms"].values())
    missing = f" ({row['missing']} missing)" if row["missing"] else ""
    return [
        NAMES[row["transport"]],
        f"{latency} ms",
        f"{row['requests']:,}",
        f"{row['empty_percent']:.0f} %",
        f"{row['bytes_up_per_message']:,}",
        f"{row['bytes_down_per_message']:,}",
        PUSH[row["transport"]],
        f"{row['messages']:,}{missing}",
    ]


def _milliseconds(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def notes(result: Result) -> list[str]:
    """What has to be known beside the table."""
    options, policy = result.options, result.policy
    said = [
        f"{options.clients} clients for each transport in {options.room!r} at {options.url}, people: {result.people}; "
        f"{result.sent} messages in {result.seconds:.0f} s; "
        f"a poll every {max(policy.poll_s, options.pause_s):g} s, holds of {policy.hold_s} s.",
        "Latency: from sending to receiving, one clock. Bytes: for each message received, above TCP and TLS, heads "
        "and frames included. A WebSocket makes one request, to open.",
        _machine_line(),
    ]
    if result.held:
        said.append(
            f"The site's limits held messages back {len(result.held)} times, for {sum(result.held):.0f} s together: "
            f"fewer were sent than {options.rate:g} a second."
        )
    said += [
        f"{NAMES[tally.transport]}: {tally.refused} refused. {tally.trouble}"
        for tally in result.tallies
        if tally.trouble
    ]
    said += [f"The room does not allow {NAMES[name]}." for name in options.transports if name not in policy.transports]
    return said + (["Stopped early."] if result.stopped else [])


def _machine_line() -> str:
    found = machine()
    packages = ", ".join(f"{name} {number}" for name, number in found["packages"].items())
    return f"Clients on {found['system']}, {found['processors']} processors, Python {found['python']}, {packages}."


def as_json(result: Result) -> dict[str, Any]:
    """Everything that was found; latencies in ms."""
    options, policy = result.options, result.policy
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "url": options.url,
        "room": options.room,
        "clients": options.clients,
        "people": result.people,
        "rate": options.rate,
        "seconds": round(result.seconds, 1),
        "poll_every_s": max(policy.poll_s, options.pause_s),
        "hold_s": policy.hold_s,
        "sent": result.sent,
        "held_back": {"times": len(result.held), "seconds": round(sum(result.held), 1)},
        "stopped_early": result.stopped,
        "machine": machine(),
        "transports": result.rows,
    }
