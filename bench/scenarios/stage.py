"""Where a scenario plays: its clients on one target, and the window in which it is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ..cpu import Meter
from ..figures import Figure, figure
from ..loop import TICK_S, Loop
from ..tally import Tally, Trouble
from ..targets import Target

OPENING = 50
"""Clients that connect at a time, but for storms: naive servers refuse some of 1,000 at once."""

OPEN_S = 120
"""Until clients are served: 1,000 at once take a naive server half a minute on a busy machine."""

PATIENCE_S = 30
"""A window in which nothing came is prolonged so far until something does."""

WARM_SHARE = 0.4
"""Time before the window, as a share of it."""


@dataclass(frozen=True)
class Sizes:
    """`clients`: readers of a fan-out, holds, sockets at rest; `returning`: those of a storm.

    `seconds`: the window of each measurement.
    """

    clients: int = 1000
    returning: int = 3000
    seconds: float = 3
    pollers: int = 50
    senders: int = 20
    writers: int = 64
    others: int = 100
    rooms: int = 1
    history: int = 0


class Client(Protocol):
    """Any client of a dialect."""

    @property
    def ready(self) -> bool: ...

    def close(self) -> None: ...


C = TypeVar("C", bound=Client)


class Stage:
    """Closes all clients at the end of the block. `pump`: pump.c, where it is to be used."""

    def __init__(self, scenario: str, target: Target, sizes: Sizes, pump: CDLL | None = None) -> None:
        self.scenario = scenario
        self.target = target
        self.sizes = sizes
        self.loop = Loop(pump)
        self._clients: list[Any] = []

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_error: object) -> None:
        for client in self._clients:
            with suppress(OSError):
                client.close()
        self.loop.close()

    def open(self, count: int, make: Callable[[int], C | None], at_once: bool = False) -> list[C]:
        """So many clients, all ready; empty where there is no such thing. `make` gets a number. Raises `Trouble`."""
        clients: list[C] = []
        size = count if at_once else OPENING
        for start in range(0, count, size):
            some = [client for number in range(start, min(start + size, count)) if (client := make(number))]
            self._clients += some
            clients += some
            self._begin(some)
            if not self.loop.run(lambda some=some: all(client.ready for client in some), OPEN_S):  # type: ignore[misc]
                raise Trouble(f"not all of {count} clients were served within {OPEN_S} s")
        return clients

    @staticmethod
    def _begin(clients: Sequence[Any]) -> None:
        for client in clients:
            if not client.ready and hasattr(client, "begin"):
                client.begin()

    def keep(self, clients: Sequence[Any]) -> None:
        """Closes these clients, too, at the end."""
        self._clients += clients

    def settle(self) -> None:
        """Returns when everybody has what is on the way and the server is at rest."""
        self.loop.rest(0.1)
        self.target.settle()
        self.loop.rest(0.1)

    def measure(self, tally: Tally, drive: Callable[[], None], tick: float = TICK_S, **more: Any) -> Figure:
        """Drives the load for a while, then counts over the window. `drive` is called after each turn of the loop."""
        self._drive(drive, self.sizes.seconds * WARM_SHARE, tick)
        tally.ages.clear()
        before, lost = tally.arrived, tally.lost
        with self.target.profiled(self.scenario):
            meter = Meter(self.target.pids, self.target.beside)
            self._drive(drive, self.sizes.seconds, tick)
            if tally.arrived == before and not self._drive(drive, PATIENCE_S, tick, lambda: tally.arrived > before):
                raise Trouble(f"nothing came within {PATIENCE_S} s")
            usage = meter.usage()
        units = tally.arrived - before
        return figure(self.scenario, self.target.name, units, usage, tally.ages, lost=tally.lost - lost, more=more)

    def _drive(
        self, drive: Callable[[], None], seconds: float, tick: float, enough: Callable[[], bool] = lambda: False
    ) -> bool:
        """Drives the load for so long, or until there is enough; True when there is."""

        def done() -> bool:
            drive()
            return enough()

        return self.loop.run(done, seconds, tick)
