"""Commands of the operator with many writers at once, and a reader that watches the order of commits."""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import OperationalError, connection, transaction

from chat import fanout, services
from chat.models import Message, Room, User

PATIENCE_S = 30


@contextmanager
def slow_commits(most_s: float) -> Iterator[None]:
    """Wait up to `most_s` seconds after each INSERT: between taking a number and committing it."""

    def wait(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith("INSERT"):
            time.sleep(random.random() * most_s)
        return result

    with connection.execute_wrapper(wait):
        yield


def write(room: int, author: int, count: int, slow_s: float) -> int:
    """Post `count` messages on this thread's own connection; returns how many were stored."""
    try:
        person = User.objects.get(pk=author)
        with slow_commits(slow_s):
            for number in range(count):
                post_patiently(person, room, f"{author}:{number}")
        return count
    finally:
        connection.close()


def post_patiently(person: User, room: int, body: str) -> None:
    """Post as clients do: again with the same key when the database was too busy. SQLite lets nobody queue."""
    key, deadline = f"w-{secrets.token_hex(12)}", time.monotonic() + PATIENCE_S
    while True:
        try:
            services.post_message(person, room, key=key, body=body)
            return
        except OperationalError:
            if time.monotonic() > deadline:
                raise


def watch(room: int, after: int, until: int, timeout: float) -> list[int]:
    """Follow the log after a number until `until` changes came; returns their numbers in the order of appearance."""
    seen: list[int] = []
    deadline = time.monotonic() + timeout
    try:
        while len(seen) < until and time.monotonic() < deadline:
            after = seen[-1] if seen else after
            seen += (
                Message.objects.filter(room_id=room, version__gt=after)
                .order_by("version")
                .values_list("version", flat=True)
            )
        return seen
    finally:
        connection.close()


def write_together(
    room: int, start: int, authors: list[int], count: int, expected: int, slow_s: float = 0.004, timeout: float = 30
) -> dict[str, Any]:
    """Writers in parallel, `count` messages each, beside a reader that waits for `expected` changes after `start`."""
    with ThreadPoolExecutor(len(authors) + 1) as pool:
        reader = pool.submit(watch, room, start, expected, timeout)
        writers = [pool.submit(write, room, author, count, slow_s) for author in authors]
        return {"written": sum(writer.result() for writer in writers), "seen": reader.result()}


def hold_room(room: int, seconds: float) -> None:
    """Keep the room's lock for a while."""
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=room)
        time.sleep(seconds)


def is_held(room: int) -> bool:
    """Whether somebody else holds the room's lock (PostgreSQL)."""
    try:
        with transaction.atomic():
            Room.objects.select_for_update(nowait=True).get(pk=room)
    except OperationalError:
        return True
    return False


def timed_post(room: int, author: int) -> float:
    """Post one message; returns how long it took, in seconds."""
    began = time.monotonic()
    post_many(room, author, ["timed"])
    return time.monotonic() - began


def post_many(room: int, author: int, bodies: list[str]) -> list[int]:
    """Post the bodies one after another; returns the places."""
    person = User.objects.get(pk=author)
    return [services.post_message(person, room, key=f"m-{secrets.token_hex(12)}", body=body)[0].seq for body in bodies]


def post_history(room: int, author: int, bodies: list[str]) -> list[int]:
    """The same in one transaction and untold: what was written before anybody reads."""
    with mock.patch.object(fanout, "publish"), transaction.atomic():
        return post_many(room, author, bodies)


COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (write_together, hold_room, is_held, timed_post, post_many, post_history)
}
