"""Commands of the operator with many writers at once, and a reader that watches the order of commits."""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

from chat import services
from chat.models import Message, Room, User


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
                services.post_message(person, room, key=f"w-{secrets.token_hex(12)}", body=f"{author}:{number}")
        return count
    finally:
        connection.close()


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
    room: int, authors: list[int], count: int, slow_s: float = 0.002, timeout: float = 30
) -> dict[str, Any]:
    """Writers in parallel, `count` messages each, and a reader: {"seen": versions in order, "first", "last_seq"}."""
    first = Room.objects.get(pk=room).last_seq
    with ThreadPoolExecutor(len(authors) + 1) as pool:
        reader = pool.submit(watch, room, first, count * len(authors), timeout)
        writers = [pool.submit(write, room, author, count, slow_s) for author in authors]
        written = sum(writer.result() for writer in writers)
        seen = reader.result()
    return {"first": first, "written": written, "seen": seen, "last_seq": Room.objects.get(pk=room).last_seq}


def post_many(room: int, author: int, bodies: list[str]) -> list[int]:
    """Post the bodies one after another; returns the places."""
    person = User.objects.get(pk=author)
    return [services.post_message(person, room, key=f"m-{secrets.token_hex(12)}", body=body)[0].seq for body in bodies]


COMMANDS: dict[str, Callable[..., Any]] = {"write_together": write_together, "post_many": post_many}
