"""All scenarios by name, in the order in which they run and are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..connection import Trouble
from ..figures import Figure, failed
from ..targets import Target
from . import asking, fanout, lives, resting
from .stage import Sizes, Stage


@dataclass(frozen=True)
class Scenario:
    """`unit`: of what a figure is the cost. `shows`: what the short table shows of it, a field or a key of `more`."""

    name: str
    title: str
    unit: str
    play: Callable[[Stage], Figure | None]
    shows: str = "cpu_us"
    restarts: bool = False

    def run(self, target: Target, sizes: Sizes) -> Figure | None:
        """One round on one target; None when the target has no such thing."""
        try:
            with Stage(self.name, target, sizes) as stage:
                return self.play(stage)
        except (Trouble, OSError) as trouble:
            return failed(self.name, target.name, str(trouble) or type(trouble).__name__)


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("fanout", "WebSocket: one message to one socket", "delivery", fanout.one_sender),
        Scenario("fanout16", "the same with 16 senders at once", "delivery", fanout.many_senders),
        Scenario("hold", "long poll: one message to one hold", "delivery", fanout.holds),
        Scenario("poll", "empty poll", "poll", asking.polls),
        Scenario("send1", "durable send over WebSocket with its echo, 1 under way", "message", asking.send_one),
        Scenario("send8", "the same with 8 under way", "message", asking.send_eight),
        Scenario("post", "durable send by HTTP POST", "message", asking.post),
        Scenario("ingest", "HTTP POST of many writers into one room", "message", asking.ingest),
        Scenario("quiet", "send to receive at low load, p50", "delivery", lives.quiet, "p50_ms"),
        Scenario(
            "slow", "rate of the others beside a reader that never reads", "delivery", lives.slow_reader, "others"
        ),
        Scenario("socket-memory", "memory of an idle WebSocket", "socket", resting.sockets, "kb_each", True),
        Scenario("hold-memory", "memory of a hold", "hold", resting.holds, "kb_each", True),
        Scenario("storm", "all back at once after a restart, per client", "client", lives.storm, "cpu_us", True),
    )
}
