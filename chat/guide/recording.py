"""What the recorder of a page has noted of three short scenes; `python -m tools.timelines` makes the file anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("timelines.json")


class Trace(msgspec.Struct, frozen=True):
    """As the recorder (static/chat/js/recorder/) has it; milliseconds since the beginning of the scene, bytes."""

    at: float
    took_ms: float
    is_open: bool
    """Still under way when the scene ended."""
    kind: str
    what: str
    direction: str
    status: int
    up: int
    down: int
    asks: str | None
    messages: int

    @property
    def ended(self) -> float:
        return self.at + self.took_ms


class Mark(msgspec.Struct, frozen=True):
    """`written` by somebody else, `shown` here, `send` by us; `switch` to another transport, and `switched`."""

    what: str
    at: float


class Scene(msgspec.Struct, frozen=True):
    """A transport: the first state, silence, a message of somebody else, one of ours, the hand-over to the next one."""

    via: str
    next: str
    end_ms: int
    marks: list[Mark]
    traces: list[Trace]

    def when(self, what: str) -> float:
        return next(mark.at for mark in self.marks if mark.what == what)

    @property
    def late_ms(self) -> float:
        """From the moment at which somebody else's message was written to its being here."""
        return self.when("shown") - self.when("written")

    @property
    def _before_the_switch(self) -> list[Trace]:
        return [trace for trace in self.traces if trace.at < self.when("switch")]

    @property
    def requests(self) -> int:
        """Up to the hand-over; an Upgrade is one, too."""
        return sum(trace.kind != "frame" for trace in self._before_the_switch)

    @property
    def frames(self) -> int:
        return sum(trace.kind == "frame" for trace in self._before_the_switch)

    @property
    def empty(self) -> int:
        """Answers to a question for news that brought none."""
        answered = [trace for trace in self._before_the_switch if trace.asks and trace.status]
        return sum(not trace.messages for trace in answered)

    @property
    def bytes(self) -> int:
        """Both ways, up to the hand-over."""
        return sum(trace.up + trace.down for trace in self._before_the_switch)


class Recording(msgspec.Struct, frozen=True):
    """Three scenes, with when and with what they were recorded."""

    recorded: str
    versions: dict[str, str]
    poll_interval_ms: int
    hold_s: int
    heartbeat_s: int
    scenes: list[Scene]


@cache
def read_recording() -> Recording:
    return msgspec.json.decode(FILE.read_bytes(), type=Recording)
