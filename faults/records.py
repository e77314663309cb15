"""What happened, as the checker reads it. `at` is the place of a record in the order of all of them.

All records are made in one process, so that order is real: what was recorded first did happen first. No clock is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class State:
    """A message in the state that it had from the change `version` on."""

    seq: int
    version: int
    author: int
    key: str
    body: str
    deleted: bool

    def __str__(self) -> str:
        text = "deleted" if self.deleted else repr(self.body[:30])
        return f"{self.seq} as of {self.version} (key {self.key} of {self.author}: {text})"

    @classmethod
    def of(cls, said: dict[str, Any]) -> State:
        """The state in a message of the wire."""
        return cls(said["seq"], said["version"], said["author"]["id"], said["key"], said["body"], said["deleted"])


@dataclass(frozen=True, slots=True)
class Sent:
    """Somebody meant to send a message; recorded once, before the first attempt."""

    at: int
    room: int
    user: int
    key: str
    body: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A send, an edit or a deletion was answered with the message."""

    at: int
    room: int
    user: int
    state: State
    created: bool


@dataclass(frozen=True, slots=True)
class Delivered:
    """A reader took what is after a number, up to another. `load`: the first state; `reset`: it started anew."""

    at: int
    room: int
    user: int
    epoch: str
    after: int
    upto: int
    states: tuple[State, ...]
    via: str
    load: bool = False
    reset: bool = False

    @property
    def place(self) -> str:
        """For people: where this came in."""
        cursors = f"{self.epoch}:{self.after}-{self.upto}"
        return f"room {self.room}: {self.user} over {self.via} ({cursors}, record {self.at})"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reader or writer was turned away for good: the code of the wire."""

    at: int
    room: int
    user: int
    code: str


@dataclass(slots=True)
class Sanction:
    """Somebody was kept out by the change `number` of the log, `until` another one, None for good, 0 when nobody knows.

    `at`: when it was asked for; `lifted`: when its end was.
    """

    room: int
    user: int
    at: int
    epoch: str = ""
    number: int = 0
    lifted: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """One life of a room's log, complete: each state of each message, and the numbers that have no message."""

    room: int
    epoch: str
    last: int
    states: tuple[State, ...]
    others: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Final:
    """What a reader holds at the end: the newest state by place, complete from `floor` on."""

    room: int
    user: int
    epoch: str
    upto: int
    floor: int
    states: dict[int, State]


@dataclass(slots=True)
class History:
    """Everything that was recorded in one round."""

    sent: list[Sent] = field(default_factory=list)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    sanctions: list[Sanction] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    finals: list[Final] = field(default_factory=list)
    loads: list[Final] = field(default_factory=list)
    removed: dict[int, set[tuple[int, str]]] = field(default_factory=dict)
    unsettled: list[str] = field(default_factory=list)
    unknown_numbers: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def tick(self) -> int:
        """The place of the next record."""
        self.count += 1
        return self.count

    def so_far(self) -> History:
        """What was delivered and acknowledged until now; the rest goes on growing."""
        return replace(self, delivered=[*self.delivered], acknowledged=[*self.acknowledged])

    @property
    def deliveries(self) -> int:
        """Messages in all batches."""
        return sum(len(record.states) for record in self.delivered)
