"""What a scenario comes to on one target, in one round or as the median of several."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .cpu import Usage

NOTHING = "–"  # noqa: RUF001
"""What stands in a table where a target has no such thing."""

BUSY = 0.9
"""Share of its core from which the generator counts as at its limit."""


@dataclass(frozen=True)
class Figure:
    """CPU in µs per unit; `rate` in units a second; ages in ms; shares of a core. None where nothing was measured.

    `beside_us`: CPU of database and layer, which is not in `cpu_us`. `more`: what a scenario has besides.
    """

    scenario: str
    target: str
    units: int
    cpu_us: float | None
    beside_us: float | None
    rate: float
    p50_ms: float | None
    p99_ms: float | None
    server_share: float
    generator_share: float
    lost: int = 0
    more: dict[str, float] = field(default_factory=dict)
    trouble: str = ""

    @property
    def generator_limited(self) -> bool:
        """The generator had no time left and the server had: the rate is the generator's, CPU per unit still holds.

        What clients at rest need has no rate.
        """
        return self.generator_share > BUSY > self.server_share and "kb_each" not in self.more

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def figure(scenario: str, target: str, units: int, usage: Usage, ages: list[float], **more: Any) -> Figure:
    """A figure from what was counted; `Usage.server` is 0 when no process was given."""
    ages = sorted(ages)
    return Figure(
        scenario=scenario,
        target=target,
        units=units,
        cpu_us=1e6 * usage.server / units if units and usage.server else None,
        beside_us=1e6 * usage.beside / units if units and usage.server else None,
        rate=units / usage.wall,
        p50_ms=statistics.median(ages) if ages else None,
        p99_ms=ages[min(len(ages) - 1, int(0.99 * len(ages)))] if ages else None,
        server_share=usage.server / usage.wall,
        generator_share=usage.own / usage.wall,
        **more,
    )


def failed(scenario: str, target: str, trouble: str) -> Figure:
    """Nothing was measured, and why."""
    return Figure(scenario, target, 0, None, None, 0, None, None, 0, 0, trouble=trouble)


def median(rounds: Sequence[Figure]) -> Figure:
    """The median of each number over the rounds that came to something."""
    good = [one for one in rounds if not one.trouble]
    if not good:
        return rounds[-1]

    def middle(name: str) -> Any:
        values = [value for one in good if (value := getattr(one, name)) is not None]
        return statistics.median(values) if values else None

    names = ("cpu_us", "beside_us", "rate", "p50_ms", "p99_ms", "server_share", "generator_share")
    return Figure(
        scenario=good[0].scenario,
        target=good[0].target,
        units=sum(one.units for one in good),
        lost=sum(one.lost for one in good),
        more={name: statistics.median(one.more[name] for one in good) for name in good[0].more},
        trouble="",
        **{name: middle(name) for name in names},
    )
