"""Group commit: messages for a room that come while others of it are being written share the next transaction.

None waits for company: the first is written at once, and those that arrive meanwhile go together. Each sender gets its
own message or refusal, after the commit. (DeWitt et al., "Implementation Techniques for Main Memory Database Systems",
SIGMOD 1984.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import NamedTuple
from weakref import WeakKeyDictionary

from . import lanes, services
from .errors import ChatError
from .models import User
from .services import Draft, Posted

MAX_TOGETHER = 64
"""Messages of one transaction: 64 take some 50 ms, which is as long as anybody should wait for the room's lock."""


class Send(NamedTuple):
    """A message to be posted. `actor` finds out who sends it, in a lane; raises `ChatError` when they may not."""

    actor: Callable[[], User]
    key: str
    body: str
    reply_to: int | None = None


Outcome = Posted | Exception
Waiting = tuple[Send, "asyncio.Future[Posted]"]


class Sends:
    """What waits to be written, by room. A room has an entry while a task writes for it."""

    def __init__(self) -> None:
        self._waiting: dict[int, list[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def post(self, room_id: int, send: Send) -> Posted:
        """The stored message; raises what `services.post_message` raises."""
        future: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
        if room_id in self._waiting:
            self._waiting[room_id].append((send, future))
        else:
            self._waiting[room_id] = [(send, future)]
            # In a context of its own: the task must not depend on the lane of the request that started it.
            task = asyncio.get_running_loop().create_task(self._write(room_id), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _write(self, room_id: int) -> None:
        while together := self._waiting[room_id][:MAX_TOGETHER]:
            del self._waiting[room_id][: len(together)]
            outcomes = await _outcomes(room_id, [send for send, _future in together])
            for (_send, future), outcome in zip(together, outcomes, strict=True):
                _settle(future, outcome)
        del self._waiting[room_id]


_sends: WeakKeyDictionary[asyncio.AbstractEventLoop, Sends] = WeakKeyDictionary()


async def post(room_id: int, send: Send) -> Posted:
    """Posts a message, together with others of this process that wait for the same room."""
    sends = _sends.setdefault(asyncio.get_running_loop(), Sends())
    return await sends.post(room_id, send)


async def _outcomes(room_id: int, sends: list[Send]) -> list[Outcome]:
    """What becomes of each; one that fails in a way that nobody foresaw fails alone."""
    try:
        return await lanes.call(_post_all, room_id, sends)
    except Exception as problem:
        if len(sends) == 1 or isinstance(problem, ChatError):
            return [problem] * len(sends)
    return [outcome for send in sends for outcome in await _outcomes(room_id, [send])]


def _post_all(room_id: int, sends: list[Send]) -> list[Outcome]:
    people = [_actor(send) for send in sends]
    drafts = [
        Draft(person, send.key, send.body, send.reply_to)
        for person, send in zip(people, sends, strict=True)
        if isinstance(person, User)
    ]
    posted = iter(services.post_messages(room_id, drafts))
    return [next(posted) if isinstance(person, User) else person for person in people]


def _actor(send: Send) -> User | ChatError:
    try:
        return send.actor()
    except ChatError as problem:
        return problem


def _settle(future: asyncio.Future[Posted], outcome: Outcome) -> None:
    if future.cancelled():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
