"""What a batch of sends works on: rows read for all of it at once, and messages that one statement will write."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from .. import wire
from ..access import Standing
from ..models import Membership, Message, User
from .columns import Columns, Row, asked, read
from .log import Log

_SANCTIONS = ("muted_until", "mute_reason", "banned_until", "ban_reason")
_MEMBERSHIP = Columns(Membership, "id", "room_id", "user_id", "role", *_SANCTIONS, "left_at")
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
        self._members: dict[tuple[int, int], Membership] = {}
        self._keys: set[Place] = set()
        for room_id, author_id, key, is_known, *membership in _found(places):
            if is_known:
                self._keys.add((room_id, author_id, key))
            if membership[0] is not None:
                self.joined(_MEMBERSHIP.instance(tuple(membership)))
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


def _found(places: Collection[Place]) -> list[Row]:
    """Each place, whether there is a message of it already, and the columns of its author's membership, if any."""
    table, values = asked("room_id, author_id, key", list(places))
    return read(
        f"{table} SELECT asked.room_id, asked.author_id, asked.key, chat_message.seq IS NOT NULL,"  # noqa: S608
        f" {_MEMBERSHIP.sql} FROM asked LEFT JOIN chat_membership"
        " ON chat_membership.room_id = asked.room_id AND chat_membership.user_id = asked.author_id"
        " LEFT JOIN chat_message ON chat_message.room_id = asked.room_id"
        " AND chat_message.author_id = asked.author_id AND chat_message.key = asked.key",
        values,
    )
