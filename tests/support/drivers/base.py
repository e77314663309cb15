"""What every transport can do, as a client sees it. Written from the protocol page alone."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.support.address import Address
from tests.support.people import Person

Message = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """One batch as it came."""

    cursor: str
    messages: list[Message]
    room: dict[str, Any] | None
    more: bool
    reset: bool
    retry_ms: int = 0
    you: dict[str, Any] | None = None
    switch: dict[str, str] | None = None

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Batch":
        """The batch of a decoded answer or frame; KeyError or AssertionError when it is not one."""
        assert said["type"] == "batch", said
        return cls(
            said["cursor"],
            said["messages"],
            said.get("room"),
            said["more"],
            said["reset"],
            said.get("retry_ms", 0),
            said.get("you"),
            said.get("switch"),
        )

    @property
    def number(self) -> int:
        """The number in the cursor."""
        return int(self.cursor.rpartition(":")[2])

    def __bool__(self) -> bool:
        """False for the answer "no updates"."""
        return bool(self.messages or self.room or self.reset or self.you)


class Driver(ABC):
    """One page on one transport. `cursor` is what it would send next; `after` is where it starts, None for now.

    `asked`: every `switch` that the server has asked for.
    """

    via: ClassVar[str]

    def __init__(
        self, server: Address, slug: str, person: Person, after: str | None = None, limit: int | None = None
    ) -> None:
        self.server = server
        self.slug = slug
        self.person = person
        self.cursor = after
        self.limit = limit
        self.asked: list[dict[str, str]] = []

    @abstractmethod
    async def connect(self) -> None:
        """Be let in, or raise Refused."""

    @abstractmethod
    async def next_batch(self, timeout: float) -> Batch | None:
        """The next batch that says something; None when none comes within `timeout` seconds. Refused at the end."""

    @abstractmethod
    async def send(self, key: str, body: str, reply_to: int | None = None) -> Message:
        """The stored message, or Refused."""

    @abstractmethod
    async def edit(self, seq: int, body: str) -> Message:
        """The message in its new state, or Refused."""

    @abstractmethod
    async def delete(self, seq: int) -> Message:
        """The tombstone, or Refused."""

    @abstractmethod
    async def close(self) -> None:
        """Leave; may be called twice."""
