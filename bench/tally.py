"""What all connections of a scenario count together."""

from __future__ import annotations

from dataclasses import dataclass, field

NEVER = 2**62


class Trouble(Exception):
    """A server did not do what a scenario needs of it; the run goes on without that figure."""


@dataclass
class Tally:
    """What came to the readers of a scenario; `lost`: never came, or refused. `ages`: ms from send to receive.

    `wanted`: nobody has to look before so many have arrived. `running`: who is done with something begins anew.
    """

    arrived: int = 0
    timed: bool = False
    ages: list[float] = field(default_factory=list)
    lost: int = 0
    wanted: int = 0
    running: bool = True

    def one_done(self, age: float) -> bool:
        """Counts one; True when the client goes on."""
        self.arrived += 1
        if self.timed:
            self.ages.append(age)
        return self.running
