"""What a batch of sends works on: rows read for all of it at once, and messages that one statement will write."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection

from .. import wire
from ..access import Standing
from ..models import Membership, Message, User
from .columns import Columns, Row, asked, read
from .log import Log

_MEMBERSHIP = Columns(Membership, "id", "room_id", "user_id", "role", "muted_until", "banned_until", "left_at")
_INSERTED = Columns(
    Message, "room_id", "author_id", "seq", "version", "key", "body", "kind", "reply_to_seq", "created_at"
)

Place = tuple[int, int, str]
"""(room, author, key)."""


class Posted(NamedTuple):
    """A message that is stored, and its encoded form. `created`: by this send, not by an earlier one of its key."""

    message: wire.Message
    data: bytes
    created: bool


class Desk:
    """Rooms under their locks. What is written waits for `flush`; whoever asks the database calls that first."""

    def __init__(self, places: Collection[Place]) -> None:
        self._members = {(one.room_id, one.user_id): one for one in _memberships({place[:2] for place in places})}
        self._keys = _known(places)
        self._rows: list[Row] = []
        self._now = wire.now()
        self._stamp = connection.ops.adapt_datetimefield_value(self._now)

    def standing(self, log: Log, user: User) -> Standing:
        return Standing(user, log.room, self._members.get((log.room.id, user.id)))

    def joined(self, member: Membership) -> None:
        self._members[member.room_id, member.user_id] = member

    def knows(self, log: Log, author: User, key: str) -> bool:
        return (log.room.id, author.id, key) in self._keys

    def write(self, log: Log, author: User, key: str, body: str, reply_to: int | None) -> Posted:
        """The message with the room's next number."""
        number, kind, room_id, author_id = log.number(), "text", log.room.id, author.id
        message = wire.Message(
            number, number, "text", author.to_wire(), body, key, reply_to, self._now, None, deleted=False
        )
        data = wire.encode(message)
        log.record(wire.Change(number, number, data))
        self._keys.add((room_id, author_id, key))
        self._rows.append((room_id, author_id, number, number, key, body, kind, reply_to, self._stamp))
        return Posted(message, data, created=True)

    def flush(self) -> None:
        """Stores what was written."""
        if self._rows:
            rows, self._rows = self._rows, []
            _INSERTED.insert(rows)


def _memberships(pairs: Collection[tuple[int, int]]) -> Iterable[Membership]:
    table, values = asked("room_id, user_id", list(pairs))
    rows = read(
        f"{table} SELECT {_MEMBERSHIP.sql} FROM asked JOIN chat_membership"  # noqa: S608 - names of our own
        " ON chat_membership.room_id = asked.room_id AND chat_membership.user_id = asked.user_id",
        values,
    )
    return map(_MEMBERSHIP.instance, rows)


def _known(places: Collection[Place]) -> set[Row]:
    """Those of which there is a message already."""
    table, values = asked("room_id, author_id, key", list(places))
    return set(
        read(
            f"{table} SELECT m.room_id, m.author_id, m.key FROM asked JOIN chat_message m"  # noqa: S608
            " ON m.room_id = asked.room_id AND m.author_id = asked.author_id AND m.key = asked.key",
            values,
        )
    )
