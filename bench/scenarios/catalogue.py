"""All scenarios by name, in the order in which they run and are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ctypes import CDLL
from dataclasses import dataclass, field, replace

from tests.support.processes import ProcessFailed

from ..figures import Figure, failed
from ..tally import Trouble
from ..targets import Target
from . import asking, fanout, growth, lives, resting, storm
from .stage import Sizes, Stage


@dataclass(frozen=True)
class Scenario:
    """`shows`: what the short table shows of it, a field or a key of `more`. `sizes`: what differs from the run's.

    `restarts`: begins with a new process.
    """

    name: str
    title: str
    play: Callable[[Stage], Figure | None]
    shows: str = "cpu_us"
    restarts: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)

    def run(self, target: Target, sizes: Sizes, pump: CDLL | None) -> Figure | None:
        """One round on one target; None when the target has no such thing."""
        try:
            with Stage(self.name, target, replace(sizes, **self.sizes), pump) as stage:
                return self.play(stage)
        except (Trouble, OSError, ProcessFailed) as trouble:
            return failed(self.name, target.name, str(trouble) or type(trouble).__name__)


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("fanout", "WebSocket: one message to one socket", fanout.one_sender),
        Scenario("fanout16", "the same with 16 senders at once", fanout.many_senders),
        Scenario("hold", "long poll: one message to one hold", fanout.holds),
        Scenario("poll", "empty poll", asking.polls),
        Scenario("send1", "durable send over WebSocket with its echo, 1 under way", asking.send_one),
        Scenario("send8", "the same with 8 under way", asking.send_eight),
        Scenario("post", "durable send by HTTP POST", asking.post),
        Scenario("ingest", "HTTP POST of many writers into one room", asking.ingest),
        Scenario("quiet", "send to receive at low load, p50", lives.quiet, "p50_ms"),
        Scenario("slow", "rate of the others beside a reader that never reads", lives.slow_reader, "others"),
        Scenario("socket-memory", "memory of an idle WebSocket", resting.sockets, "kb_each", True),
        Scenario("hold-memory", "memory of a hold", resting.holds, "kb_each", True),
        Scenario("storm", "all back at once after a restart, per client", storm.storm, "cpu_us", True),
    )
}


def _curve(name: str, title: str, play: Callable[[Stage], Figure | None], size: str, most: int) -> list[Scenario]:
    """Points of a curve, each ten times the one before, and three times between."""
    points = [point for ten in range(1, 8) for point in (10**ten, 3 * 10**ten) if 100 <= point <= most]
    return [Scenario(f"{name}@{point}", title.format(f"{point:,}"), play, sizes={size: point}) for point in points]


CURVES = {
    "sockets": _curve("fanout", "one message to one of {} sockets", fanout.one_sender, "clients", 10_000),
    "holds": _curve("hold", "one message to one of {} holds", fanout.holds, "clients", 10_000),
    "rooms": [
        Scenario(
            f"rooms@{count}", f"one message to one socket, {count:,} rooms of 5", growth.rooms, sizes={"rooms": count}
        )
        for count in (1, 10, 100, 1000)
    ],
    "history": _curve("history", "100 messages out of the middle of {}", growth.catch_up, "history", 1_000_000)[::2],
}
"""Cost as something grows; flat is good."""

ALL = SCENARIOS | {scenario.name: scenario for curve in CURVES.values() for scenario in curve}
