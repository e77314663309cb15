"""What the transports cost clients: results of `manage.py compare_transports`, the ones of docs/compare.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("costs.json")


class Row(msgspec.Struct, frozen=True):
    """All clients of one transport, as the command tells it."""

    transport: str
    latency_ms: dict[str, float]
    requests: int
    empty_percent: int
    bytes_up_per_message: int
    bytes_down_per_message: int
    messages: int

    @property
    def bytes_per_message(self) -> int:
        return self.bytes_up_per_message + self.bytes_down_per_message


class Run(msgspec.Struct, frozen=True):
    """One room; `posted` messages within so many seconds."""

    posted: int
    seconds: int
    rows: list[Row]


class Costs(msgspec.Struct, frozen=True):
    """A quiet room and a busy one."""

    measured: str
    clients: int
    versions: str
    quiet: Run
    busy: Run


@cache
def read_costs() -> Costs:
    return msgspec.json.decode(FILE.read_bytes(), type=Costs)
