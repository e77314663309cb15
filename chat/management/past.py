"""What a crowd has said: a log for each room, with edits, deletions, reports, and the acts of moderators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Model

from ..models import Act, Message, Report, Revision, User
from ..services.columns import Columns, asked, write
from .crowd import Crowd, mend_sequences

AT_ONCE = 10_000
"""Messages of one transaction; an edit or a deletion finds its message among them."""

_MESSAGE = Columns(
    Message,
    *("id", "room_id", "author_id", "seq", "version", "key", "body", "kind", "reply_to_seq"),
    *("created_at", "edited_at", "deleted_at"),
)
_REVISION = Columns(Revision, "id", "message_id", "version", "body", "editor_id", "created_at")
_MOVE = "UPDATE chat_room SET last_seq = asked.last_seq FROM asked WHERE chat_room.id = asked.id"


class Past:
    """Writes messages in the order of their times, so that keys, numbers and times all ascend."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.random = crowd, crowd.random
        self.next_message = _next(Message)
        self.next_revision = _next(Revision)
        self.last = [0] * len(crowd.rooms)
        self.said = [0] * len(crowd.rooms)

    def write(self, progress: Callable[[int], object]) -> None:
        """All messages; `progress` is told how many there are by now."""
        total = self.crowd.size.messages
        for start in range(0, total, AT_ONCE):
            count = min(AT_ONCE, total - start)
            piece = self._piece(start / total, 1 / total, count)
            with transaction.atomic():
                piece.store()
            progress(start + count)
        with transaction.atomic():
            mend_sequences()

    def _piece(self, share: float, step: float, count: int) -> Piece:
        piece = Piece(self)
        places = self.random.choices(range(len(self.last)), cum_weights=self.crowd.weights, k=count)
        for number, place in enumerate(places):
            piece.say(place, self.crowd.when(share + step * number))
        return piece

    def number(self, place: int) -> int:
        """The next one of a room's log."""
        self.last[place] += 1
        return self.last[place]


class Piece:
    """Messages of one transaction, still in memory, so that they can change."""

    def __init__(self, past: Past) -> None:
        self.past, self.random = past, past.random
        self.messages: list[Message] = []
        self.revisions: list[tuple[Any, ...]] = []
        self.acts: list[Act] = []
        self.reports: list[Report] = []
        self.latest: dict[int, Message] = {}

    def say(self, place: int, when: datetime) -> None:
        """One message of a member; now and then the one before it in the room is edited, deleted or reported."""
        if (before := self.latest.get(place)) and not before.deleted_at:
            self._change(place, before, when, self.random.random())
        room, members, number = self.past.crowd.rooms[place], self.past.crowd.members[place], self.past.number(place)
        is_reply = self.past.said[place] and self.random.random() < 0.1
        message = Message(
            id=self.past.next_message,
            room=room,
            # Few say most.
            author=members[int(len(members) * self.random.random() ** 3)],
            seq=number,
            version=number,
            key=f"large-{number:08}",
            body=self.past.crowd.words(self.random.randint(2, 22)),
            reply_to_seq=self.past.said[place] if is_reply else None,
            created_at=when,
        )
        self.past.next_message += 1
        self.past.said[place] = number
        self.latest[place] = message
        self.messages.append(message)

    def store(self) -> None:
        """Writes all of it, and how far the logs go."""
        _store(_MESSAGE, [_row(message) for message in self.messages])
        _store(_REVISION, self.revisions)
        Act.objects.bulk_create(self.acts)
        Report.objects.bulk_create(self.reports)
        past = self.past
        table, values = asked("id, last_seq", [(past.crowd.rooms[place].pk, past.last[place]) for place in self.latest])
        write(table + _MOVE, values)

    def _change(self, place: int, message: Message, when: datetime, chance: float) -> None:
        members = self.past.crowd.members[place]
        if chance < 0.03:
            self._revise(place, message, message.author, when, body=self.past.crowd.words(9), edited_at=when)
        elif chance < 0.035:
            self._revise(place, message, message.author, when, body="", deleted_at=when)
        elif chance < 0.045:
            self._delete(place, message, members[0], when)
        elif chance < 0.046:
            self._report(message, members[-1], when)

    def _revise(self, place: int, message: Message, editor: User, when: datetime, **fields: Any) -> None:
        message.version = self.past.number(place)
        kept = (self.past.next_revision, message.pk, message.version, message.body, editor.pk, _stored(when))
        self.revisions.append(kept)
        self.past.next_revision += 1
        for name, value in fields.items():
            setattr(message, name, value)

    def _delete(self, place: int, message: Message, moderator: User, when: datetime) -> None:
        self._revise(place, message, moderator, when, body="", deleted_at=when)
        if moderator != message.author:
            self.acts.append(_act(Act.Verb.MESSAGE_DELETED, moderator, message, when))

    def _report(self, message: Message, reporter: User, when: datetime) -> None:
        if reporter != message.author:
            state = self.random.choice(Report.State.values)
            decided = {} if state == "open" else {"decided_by": message.room.created_by, "decided_at": when}
            words = self.past.crowd.words(3)
            self.reports.append(
                Report(message=message, reporter=reporter, reason=words, state=state, created_at=when, **decided)
            )


def _store(columns: Columns[Any], rows: list[tuple[Any, ...]]) -> None:
    """With PostgreSQL past its parser, which takes longest of all."""
    if connection.vendor != "postgresql":
        return columns.insert(rows)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {columns.model._meta.db_table} ({', '.join(columns.columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _act(verb: Act.Verb, actor: User, message: Message, when: datetime) -> Act:
    return Act(
        verb=verb,
        actor=actor,
        actor_name=actor.username,
        person=message.author,
        person_name=message.author.username,
        room=message.room,
        room_name=message.room.name,
        seq=message.seq,
        created_at=when + timedelta(seconds=1),
    )


def _row(message: Message) -> tuple[Any, ...]:
    times = (message.created_at, message.edited_at, message.deleted_at)
    return (
        *(message.pk, message.room_id, message.author_id, message.seq, message.version, message.key, message.body),
        *(message.kind, message.reply_to_seq, *map(_stored, times)),
    )


def _stored(when: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(when)


def _next(model: type[Model]) -> int:
    last: int | None = model._default_manager.aggregate(last=Max("pk"))["last"]
    return (last or 0) + 1
