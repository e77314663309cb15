"""A server under attack, what it holds meanwhile, and people who go on talking."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.support.attackers import Bare
from tests.support.processes import wait_until
from tests.support.scene import Scene, new_key
from tests.support.servers import COMMANDS, Server

HOSTILE = {"CHAT_SEND_RATE": "20/10s", "CHAT_SEEN_TIMEOUT_S": "2", "CHAT_DRAIN_GRACE_S": "60"}
"""A grace so long that a stop which waits for hostile clients is seen."""

FLAT_MB = 25

HURRY = """
import runpy, sys
from chatproject.servers import bounds
bounds.REQUEST_S = bounds.STALLED_S = 2
runpy.run_module("chatproject.servers." + sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
"""A server whose patience is 2 s."""


def hurried(kind: str, port: int) -> list[str]:
    """Its command line."""
    _python, _m, _module, *options = COMMANDS[kind](port)
    return [sys.executable, "-c", HURRY, kind, *options]


class Memory:
    """The most that a server holds while a block runs, above what it held before, in MB."""

    def __init__(self, server: Server) -> None:
        self.process = psutil.Process(server.process.pid)
        self.grown = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        before, done = self.process.memory_info().rss, threading.Event()

        def watch() -> None:
            while not done.wait(0.05):
                self.grown = max(self.grown, (self.process.memory_info().rss - before) / 2**20)

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield
        finally:
            done.set()
            watching.join()


async def chat(scene: Scene, until: asyncio.Future[None]) -> int:
    """People talk in a room of their own until something else is done; how many messages came to a reader at once."""
    room, said = scene.room(), list[str]()
    reader = await scene.reader("websocket", room, scene.owner)
    while not until.done() or not said:
        said.append(f"message {len(said)}")
        await scene.browser(scene.person()).post(room.slug, new_key(), said[-1])
        await reader.until_texts(said, timeout=20)
    return len(said)


def all_gone(server: Server, crowd: list[Bare]) -> None:
    """Returns when the server has cut all of them: its patience with them is over."""
    ports = {one.socket.getsockname()[1] for one in crowd}
    process = psutil.Process(server.process.pid)

    def gone() -> bool:
        return ports.isdisjoint(one.raddr.port for one in process.net_connections("tcp") if one.raddr)

    wait_until(gone, 40, "all who read nothing are cut")
