"""A community of any size out of a seed, for measuring: people, rooms, members, and what staff keep of them.

Written past the services, as one by one it would take hours; rows are what the services would have left.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

from ..models import FOR_GOOD, Act, Deletion, Invite, Membership, Message, Revision, Room, User
from ..text import fold

YEARS = 2
"""How far back the history goes."""

ROOMS_OF_ONE = 9
"""Rooms that a person is a member of, besides the first one, where everybody is."""

AT_ONCE = 5000
_SYLLABLES = [first + last for first in "bdfghklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "or")]


class Size(NamedTuple):
    messages: int
    people: int
    rooms: int


class Crowd:
    """People and rooms. Some rooms have very many members and messages, most have few, as it is in life."""

    def __init__(self, size: Size, seed: int) -> None:
        self.size, self.random = size, Random(seed)  # noqa: S311 - nothing here is secret
        self.now = timezone.now()
        self.start = self.now - timedelta(days=365 * YEARS)
        self.weights = list(accumulate(1 / (rank + 1) for rank in range(size.rooms)))
        self.vocabulary = self._words(4000)

    def make(self) -> None:
        """Stores them, with memberships and invite links."""
        self.people = User.objects.bulk_create(map(self._person, range(self.size.people)), AT_ONCE)
        self.rooms = Room.objects.bulk_create(map(self._room, range(self.size.rooms)), AT_ONCE)
        self.members = self._members()
        made = (
            one for room, members in zip(self.rooms, self.members, strict=True) for one in self._join(room, members)
        )
        Membership.objects.bulk_create(made, AT_ONCE)
        Invite.objects.bulk_create(map(self._invite, self.rooms), AT_ONCE)
        Act.objects.bulk_create(self._bans(), AT_ONCE)
        Deletion.objects.bulk_create(map(self._deletion, self.people[::2]), AT_ONCE)

    def when(self, share: float) -> datetime:
        """A time of the history, from 0 (its start) to 1 (now)."""
        return self.start + (self.now - self.start) * share

    def words(self, count: int) -> str:
        """Some words; a few of them are in every other text, most are rare."""
        return " ".join(self.random.choices(self.vocabulary, cum_weights=self._usage, k=count))

    def _words(self, count: int) -> list[str]:
        self._usage = list(accumulate(1 / (rank + 3) for rank in range(count)))
        return ["".join(self.random.choices(_SYLLABLES, k=2 + rank % 3)) for rank in range(count)]

    def _person(self, number: int) -> User:
        name = f"{self.words(1).capitalize()} {number + 1}"
        joined = self.when(self.random.random() / 2)
        banned = FOR_GOOD if self.random.random() < 0.003 else None
        return User(
            username=name,
            folded_name=fold(name)[:200],
            password=UNUSABLE_PASSWORD_PREFIX,
            is_guest=number % 5 == 4,
            date_joined=joined,
            last_login=joined,
            banned_until=banned,
        )

    def _room(self, number: int) -> Room:
        return Room(
            slug=f"large-{number + 1}",
            name=f"{self.words(1).capitalize()} {number + 1}",
            topic=self.words(4),
            kind="private" if number % 7 == 6 else "public",
            state=("open", "read_only", "archived")[min(number % 20, 2) if number % 20 < 3 and number > 2 else 0],
            created_at=self.start,
            created_by=self.people[number % len(self.people)],
        )

    def _members(self) -> list[list[User]]:
        """The members of each room, its owner first, then its moderator."""
        found: list[dict[int, User]] = [{} for _room in self.rooms]
        for number, room in enumerate(found):
            for place in (number, number + len(self.rooms)):
                person = self.people[place % len(self.people)]
                room[person.pk] = person
        for person in self.people:
            for place in (0, *self.random.choices(range(len(found)), cum_weights=self.weights, k=ROOMS_OF_ONE)):
                found[place].setdefault(person.pk, person)
        return [list(room.values()) for room in found]

    def _join(self, room: Room, members: list[User]) -> list[Membership]:
        roles = ["owner", "moderator"]
        return [
            Membership(
                room=room,
                user=person,
                role=roles[place] if place < len(roles) else "member",
                created_at=self.when(place / len(members) / 2),
                muted_until=FOR_GOOD if place > 1 and self.random.random() < 0.005 else None,
                left_at=self.now if place > 1 and self.random.random() < 0.05 else None,
            )
            for place, person in enumerate(members)
        ]

    def _bans(self) -> list[Act]:
        banned = [person for person in self.people if person.banned_until]
        return [
            Act(
                verb=Act.Verb.BANNED,
                person=person,
                person_name=person.username,
                after={"banned_until": person.banned_until},
                reason=self.words(3),
                created_at=self.when(self.random.random()),
            )
            for person in banned
        ]

    def _deletion(self, person: User) -> Deletion:
        """One that was undone, so that the messages of the person are as they were."""
        when = self.when(self.random.random())
        return Deletion(person=person, reason=self.words(2), state="restored", created_at=when)

    def _invite(self, room: Room) -> Invite:
        return Invite(room=room, created_by=room.created_by, created_at=self.when(self.random.random()))


def is_empty() -> bool:
    """Whether there is nothing that a crowd could stand in the way of."""
    return not (Room.objects.exists() or Message.objects.exists())


def mend_sequences() -> None:
    """Lets the database go on behind keys that it did not give out itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), (Message, Revision)):
            cursor.execute(statement)
