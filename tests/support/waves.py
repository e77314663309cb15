"""Waves of connections that come and go in every way, and what a server holds before and after them."""

import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil
import redis

from tests.support.attackers import CLOSE, TEXT, Bare, frame, handshake, request
from tests.support.operator import Operator
from tests.support.people import Person
from tests.support.processes import wait_until
from tests.support.scene import Room, new_key
from tests.support.servers import COMMANDS, Place, Server

Figures = dict[str, float]
PEOPLE = 10
SETTLED_S = 30


class Counted(Server):
    """A server whose figures can be read."""

    def __init__(self, kind: str, place: Place) -> None:
        self.file = place.folder / "figures.json"

        def command(kind: str, port: int) -> list[str]:
            _python, _m, _module, *options = COMMANDS[kind](port)
            return [sys.executable, "-m", "tests.support.figures", kind, str(self.file), *options]

        super().__init__(kind, place, command)

    def figures(self) -> Figures:
        """What the process, the system and Redis say. `memory` in MB."""
        self.file.unlink(missing_ok=True)
        os.kill(self.process.pid, signal.SIGUSR1)
        wait_until(self.file.exists, 20, "the server counts")
        process = psutil.Process(self.process.pid)
        with redis.Redis.from_url(self.place.redis_url) as layer:
            channels: Any = layer.execute_command("PUBSUB CHANNELS", f"*{self.place.name}*")
            clients: Any = layer.client_list()
        return {
            "threads": process.num_threads(),
            "files": process.num_fds(),
            **json.loads(self.file.read_text()),
            "subscriptions": len(channels),
            "redis clients": len(clients),
            "memory": round(process.memory_info().rss / 2**20, 1),
        }

    def at_rest(self) -> Figures:
        """The figures when nobody is there any more and nothing changes."""
        figures: Figures = {}

        def rests() -> bool:
            before = dict(figures)
            figures.update(self.figures())
            return figures["asgi"] == 0 and bool(before) and not over(before, figures)

        wait_until(rests, SETTLED_S, "all have gone", every=0.5)
        return figures

    def settled(self, start: Figures) -> Figures:
        """The figures when they are back at the start, or after SETTLED_S as they are."""
        end = time.monotonic() + SETTLED_S
        while over(figures := self.figures(), start) and time.monotonic() < end:
            time.sleep(0.2)
        return figures


def over(figures: Figures, start: Figures) -> dict[str, tuple[float, float]]:
    """What is above the start, memory apart."""
    names = [name for name in start if name != "memory"]
    return {name: (start[name], figures[name]) for name in names if figures[name] > start[name]}


class Crowd:
    """Who comes in waves: a few people with many pages each, in one room. Each wave is the same for one seed."""

    def __init__(self, server: Counted, operator: Operator, seed: int = 1) -> None:
        self.server = server
        self.operator = operator
        self.random = random.Random(seed)
        self.people = [Person(**made) for made in operator("make_crowd", count=PEOPLE)]
        made = operator("make_room", owner=self.people[0].id, members=[one.id for one in self.people[1:]])
        self.room = Room(made["id"], made["slug"], made["epoch"], made["last_seq"])

    def wave(self, count: int) -> None:
        """All come, more than half of them to wait, a message is written, and all go."""
        here = [self.come() for _ in range(count)]
        wait_until(lambda: self.server.figures()["readers"] > count / 2, SETTLED_S, "more than half of them wait")
        self.operator("post_many", room=self.room.id, author=self.people[0].id, bodies=["for all who are here"])
        for bare in here:
            self.random.choice(LEAVINGS)(bare)

    def come(self) -> Bare:
        bare, person = Bare(self.server), self.random.choice(self.people)
        bare.send(self.random.choice(OPENINGS)(self, person))
        return bare

    def socket(self, person: Person) -> bytes:
        return handshake(self.server, self.room, person, self.room.start)

    def hold(self, person: Person) -> bytes:
        return request(self.server, f"GET /api/rooms/{self.room.slug}/longpoll?page={new_key()}", person)

    def poll(self, person: Person) -> bytes:
        return request(self.server, f"GET /api/rooms/{self.room.slug}/poll?after={self.room.start}", person)

    def half(self, person: Person) -> bytes:
        whole = request(self.server, f"POST /api/rooms/{self.room.slug}/messages", person, "Content-Length: 100")
        return whole + b"{" if self.random.random() < 0.5 else whole[:-10]


OPENINGS: list[Callable[[Crowd, Person], bytes]] = [
    Crowd.socket,
    Crowd.socket,
    Crowd.hold,
    Crowd.hold,
    Crowd.poll,
    Crowd.half,
]


def politely(bare: Bare) -> None:
    with contextlib.suppress(OSError):
        bare.send(frame(CLOSE, b""))
    bare.socket.close()


def in_the_middle(bare: Bare) -> None:
    with contextlib.suppress(OSError):
        bare.send(frame(TEXT, b"x" * 100)[:50])
    bare.socket.close()


LEAVINGS: list[Callable[[Bare], None]] = [politely, in_the_middle, Bare.reset]
