"""Lanes: a fixed set of threads for synchronous work, each with database connections that stay open.

Django opens one thread per request and keeps it until the answer ends, which would be one thread per held poll.
Here every request and every database call borrows one of a few one-thread executors instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import ThreadSensitiveContext
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from channels.db import DatabaseSyncToAsync
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from .errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")


class Lanes:
    """`size` executors of one thread each; one thread, because Django ties a request's connections to its thread."""

    def __init__(self, size: int, name: str) -> None:
        self._executors = [ThreadPoolExecutor(1, f"{name}-{number}") for number in range(size)]
        self._under_way = [0] * size
        self._turn = count()

    async def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs the function in the lane with the least under way; raises `Unavailable` when the database is away."""
        lane = self._under_way.index(min(self._under_way))
        self._under_way[lane] += 1
        try:
            work = DatabaseSyncToAsync(function, thread_sensitive=False, executor=self._executors[lane])
            with database_guard():
                return await work(*args, **kwargs)
        finally:
            self._under_way[lane] -= 1

    def context(self) -> ThreadSensitiveContext:
        """What Django's handler uses in place of a thread of its own."""
        return ThreadSensitiveContext(executor=self._executors[next(self._turn) % len(self._executors)])

    def close(self) -> None:
        """Ends the threads when they have done what they have, with their database connections. For the very end."""
        for executor in self._executors:
            executor.submit(connections.close_all)
            executor.shutdown(wait=False)


api = Lanes(settings.CHAT_LANES, "lane")
pages = Lanes(settings.CHAT_PAGE_LANES, "page")
"""HTML pages and the admin are synchronous and may be slow: they must not stand before held polls."""

call = api.call

_writer = ThreadPoolExecutor(1, "writer")
"""What is posted is written here, one batch after the other, beside everything else."""


def write(function: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> Future[None]:
    """Runs the function in the writer's thread. Without asgiref's passing of contexts, which costs 100 µs a call."""
    return _writer.submit(_on_a_sound_connection, partial(function, *args, **kwargs))


def _on_a_sound_connection(work: Callable[[], None]) -> None:
    """One that failed, or is too old, makes way for another."""
    close_old_connections()
    work()


def close() -> None:
    """Ends all lanes and the writer."""
    for lanes in (api, pages):
        lanes.close()
    _writer.submit(connections.close_all)
    _writer.shutdown(wait=False)


@contextmanager
def database_guard() -> Iterator[None]:
    """Turns the database's absence into `Unavailable`."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise Unavailable("The database does not answer. Nothing was lost.", retry_after=2) from error


class InLanes:
    """ASGI middleware: Django requests run in lanes."""

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        path: Any = scope.get("path", "")
        async with (api if path.startswith("/api/") else pages).context():
            await self.app(scope, receive, send)
