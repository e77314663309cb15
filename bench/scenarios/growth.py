"""What grows: rooms of a process, messages of a room. (Connections grow with `Sizes.clients` alone.)"""

from __future__ import annotations

from ..dialects.parley_http import Poller
from ..figures import Figure
from ..tally import NEVER, Tally
from ..targets.parley import ParleyTarget
from .asking import loop_of
from .fanout import ClosedLoop
from .stage import Stage

MEMBERS = 5
CATCHING_UP = 10


def rooms(stage: Stage) -> Figure | None:
    """`sizes.rooms` rooms of 5 sockets, a message to one room at a time."""
    loop, target = stage.loop, stage.target
    names = [target.room() for _ in range(stage.sizes.rooms)]
    speaking = stage.open(len(names), lambda number: target.dialect.speaker(loop, target.site, number, names[number]))
    reading = stage.open(
        len(names) * (MEMBERS - 1),
        lambda number: target.dialect.reader(loop, target.site, number, names[number % len(names)]),
    )
    if not speaking:
        return None
    tally = Tally()
    stage.settle()
    for reader in (*speaking, *reading):
        reader.count(tally, timed=False)
    return stage.measure(tally, ClosedLoop(tally, MEMBERS, speaking, 1))


class CatchingUp(Poller):
    """Asks again and again for what comes after the middle of the log."""

    def form(self) -> bytes:
        epoch, number = self.values[0].decode().split(":")
        return self.request(f"/poll?after={epoch}:{int(number) // 2}&limit=100")


def catch_up(stage: Stage) -> Figure | None:
    """Pages of 100 messages from the middle of a log of `sizes.history` messages."""
    target = stage.target
    if not isinstance(target, ParleyTarget):
        return None
    room, work = target.room(), Tally(wanted=NEVER)
    target.fill(room, stage.sizes.history)
    clients = stage.open(CATCHING_UP, lambda number: CatchingUp(stage.loop, target.site, number, room, work))
    return loop_of(stage, clients, work)
