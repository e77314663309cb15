"""Group commit: messages that come while others are being written share the next transaction, whatever their rooms.

None waits for company: the first is written at once, and those that arrive meanwhile go together. Each sender gets its
own message or refusal, after the commit. (DeWitt et al., "Implementation Techniques for Main Memory Database Systems",
SIGMOD 1984.) One message alone costs 350 µs, most of it for statements, the way to the writer's thread and the commit;
each of a hundred that go together costs 25.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context
from functools import partial
from weakref import WeakKeyDictionary

from . import lanes, services
from .errors import ChatError
from .futures import settle
from .services import Posted, Send

MAX_TOGETHER = 256
"""Messages of one transaction: some 6 ms, which is as long as anybody should wait for the others."""

Outcome = Posted | Exception
Done = Callable[[Outcome], None]
Waiting = tuple[Send, Done]

log = logging.getLogger("chat.sending")


class Sends:
    """What waits to be written in this loop.

    A room whose lock somebody else holds delays nobody: what is for it is set aside, and written by a task of its own
    until nothing is left, so that its order stays.
    """

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._writing = False
        self._aside: dict[int, list[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def enqueue(self, send: Send, done: Done) -> None:
        aside = self._aside.get(send.room_id)
        if aside is not None:
            aside.append((send, done))
            return
        self._waiting.append((send, done))
        if not self._writing:
            self._writing = True
            # Those that come in this turn of the loop go together. In a context of its own: nothing must depend on
            # the lane of the request that came first.
            asyncio.get_running_loop().call_soon(self._write, context=Context())

    def expects(self, room_id: int) -> bool:
        """Whether messages for the room wait for the next transaction."""
        return any(send.room_id == room_id for send, _done in self._waiting)

    def _write(self) -> None:
        """Begins the next transaction, if there is anything to write."""
        together = self._waiting[:MAX_TOGETHER]
        del self._waiting[:MAX_TOGETHER]
        self._writing = bool(together)
        if together:
            lanes.write(self._in_thread, asyncio.get_running_loop(), together)

    def _in_thread(self, loop: asyncio.AbstractEventLoop, together: list[Waiting]) -> None:
        outcomes = _outcomes([send for send, _done in together], wait=False)
        loop.call_soon_threadsafe(self._written, together, outcomes)

    def _written(self, together: list[Waiting], outcomes: list[Outcome | None]) -> None:
        if locked := [one for one, outcome in zip(together, outcomes, strict=True) if outcome is None]:
            self._set_aside(locked)
        self._write()
        _tell(together, outcomes)

    def _set_aside(self, locked: list[Waiting]) -> None:
        """Together with all that came later for the same rooms."""
        rooms = {send.room_id for send, _done in locked}
        later = [one for one in self._waiting if one[0].room_id in rooms]
        self._waiting = [one for one in self._waiting if one[0].room_id not in rooms]
        for one in locked + later:
            self._aside.setdefault(one[0].room_id, []).append(one)
        for room_id in rooms:
            task = asyncio.get_running_loop().create_task(self._write_aside(room_id), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _write_aside(self, room_id: int) -> None:
        while together := self._aside[room_id][:MAX_TOGETHER]:
            del self._aside[room_id][: len(together)]
            _tell(together, await lanes.call(_outcomes, [send for send, _done in together], wait=True))
        del self._aside[room_id]


_sends: WeakKeyDictionary[asyncio.AbstractEventLoop, Sends] = WeakKeyDictionary()


def enqueue(send: Send, done: Done) -> None:
    """Posts a message, together with others of this process. `done` is called in this loop, after the commit."""
    loop = asyncio.get_running_loop()
    sends = _sends.get(loop)
    if sends is None:
        sends = _sends[loop] = Sends()
    sends.enqueue(send, done)


def expects(room_id: int) -> bool:
    """Whether this process is about to write more for the room."""
    sends = _sends.get(asyncio.get_running_loop())
    return sends is not None and sends.expects(room_id)


async def post(send: Send) -> Posted:
    """The stored message; raises what `services.post_message` raises."""
    future: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
    enqueue(send, partial(settle, future))
    return await future


def _tell(together: list[Waiting], outcomes: list[Outcome | None]) -> None:
    for (_send, done), outcome in zip(together, outcomes, strict=True):
        if outcome is None:
            continue
        try:
            done(outcome)
        except Exception:
            log.exception("A sender could not be told what became of a message.")


def _outcomes(sends: list[Send], *, wait: bool) -> list[Outcome | None]:
    """What becomes of each, None where the room is locked; one that fails in a way nobody foresaw fails alone."""
    try:
        with lanes.database_guard():
            return [*services.post_messages(sends, wait=wait)]
    except Exception as problem:
        if len(sends) == 1 or isinstance(problem, ChatError):
            return [problem] * len(sends)
    return [outcome for send in sends for outcome in _outcomes([send], wait=wait)]
