"""Many who come at once, after a restart or when a network is back: those who come while others are admitted share
the next admission. One by itself takes five queries and 700 µs; of a hundred together each has a 25th of a query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextvars import Context
from typing import NamedTuple
from weakref import WeakKeyDictionary

from . import access, lanes, revalidation, wire
from .access import Reader, Standing
from .errors import ChatError
from .futures import settle
from .models import Membership, Room, User

MAX_TOGETHER = 200
"""Some 20 ms, which is as long as anybody should wait for the others."""


class Ask(NamedTuple):
    """Somebody who wants to follow a room."""

    session_key: str
    slug: str
    transport: wire.Transport


GATHER_S = 0.02
"""How long the next are waited for when the last ones had company."""

Admitted = tuple[Reader, Standing]
Waiting = tuple[Ask, "asyncio.Future[Admitted]"]


class Admitting:
    """Who waits to be admitted in this loop."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def admit(self, ask: Ask) -> Admitted:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Admitted] = loop.create_future()
        self._waiting.append((ask, future))
        if self._task is None:
            # In a context of its own: it must not depend on the request that came first.
            self._task = loop.create_task(self._admit_all(), context=Context())
        return await future

    async def _admit_all(self) -> None:
        while together := self._waiting[:MAX_TOGETHER]:
            del self._waiting[:MAX_TOGETHER]
            outcomes = await _outcomes([ask for ask, _future in together])
            for (_ask, future), outcome in zip(together, outcomes, strict=True):
                settle(future, outcome)
            await asyncio.sleep(GATHER_S if len(together) > 1 else 0)
        self._task = None


_admitting: WeakKeyDictionary[asyncio.AbstractEventLoop, Admitting] = WeakKeyDictionary()


async def admit(ask: Ask) -> Admitted:
    """Lets somebody follow a room; raises what `access.admit` raises, and `NotAuthenticated`."""
    return await _admitting.setdefault(asyncio.get_running_loop(), Admitting()).admit(ask)


def admit_all(asks: Sequence[Ask]) -> list[Admitted | ChatError]:
    """What becomes of each, in four queries; a session that does not plainly stand is looked at by itself."""
    people = revalidation.holders({ask.session_key for ask in asks})
    rooms = {room.slug: room for room in Room.objects.filter(slug__in={ask.slug for ask in asks})}
    members = {(one.room_id, one.user_id): one for one in _memberships(rooms.values(), people.values())}
    return [_admitted(ask, people.get(ask.session_key), rooms.get(ask.slug), members) for ask in asks]


def _memberships(rooms: Iterable[Room], people: Iterable[User]) -> Iterable[Membership]:
    return Membership.objects.filter(room__in=list(rooms), user__in={user.pk for user in people})


def _admitted(
    ask: Ask, user: User | None, room: Room | None, members: dict[tuple[int, int], Membership]
) -> Admitted | ChatError:
    try:
        if user is None:
            user = access.session_user(ask.session_key)
            return access.admit(user, ask.session_key, ask.slug, ask.transport)
        who = access.check_room(user, room, members.get((room.pk, user.pk)) if room else None)
        return access.reader(who, ask.session_key, ask.transport), who
    except ChatError as problem:
        return problem


async def _outcomes(asks: list[Ask]) -> Collection[Admitted | Exception]:
    try:
        return await lanes.call(admit_all, asks)
    except Exception as problem:
        return [problem] * len(asks)
