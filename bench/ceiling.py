"""`python -m bench.ceiling [SECONDS]`: what an event costs the generator, beside sources that do next to nothing.

The sources are Python, so that they are slower than the loop in C: CPU for each event is what counts, not their rate.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NoReturn

from .compiled import Uncompiled, library
from .connection import Connection
from .cpu import OTHER_CORES, SERVER_CORES, on
from .dialects.base import Site
from .dialects.parley_http import Poller
from .form import fill, text
from .loop import Loop
from .report import plain
from .tally import NEVER, Tally
from .websocket import Counting

SOCKETS = 50
TOGETHER = 100
BODY = b'{"messages":[],"cursor":"epoch:1"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
MESSAGE = fill(text().encode())
FRAME = b"\x81" + bytes([len(MESSAGE)]) + MESSAGE
Source = Callable[[list[socket.socket]], None]


def flood(piece: bytes) -> Source:
    """Writes this to everybody, again and again."""

    def write(peers: list[socket.socket]) -> None:
        for peer in peers:
            peer.recv(65536)
            peer.sendall(b"HTTP/1.1 101 Yes\r\n\r\n")
        time.sleep(0.1)
        while True:
            for peer in peers:
                peer.sendall(piece)

    return write


def answer(peers: list[socket.socket]) -> None:
    """Answers whatever comes."""
    loop = Loop()
    for peer in peers:
        loop.add(peer.fileno(), lambda peer=peer: peer.recv(65536) and peer.sendall(ANSWER))  # type: ignore[misc]
    loop.run(lambda: False, NEVER)


@contextmanager
def served(source: Source) -> Iterator[Site]:
    """A process that is the server of SOCKETS clients."""
    with socket.create_server(("127.0.0.1", 0), backlog=SOCKETS) as listening:
        process = os.fork()
        if not process:
            _serve(source, listening)
        try:
            yield Site(listening.getsockname())
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _serve(source: Source, listening: socket.socket) -> NoReturn:
    try:
        with on(SERVER_CORES):
            source([listening.accept()[0] for _ in range(SOCKETS)])
    finally:
        os._exit(0)


def _asking(loop: Loop, site: Site, tally: Tally) -> list[Connection]:
    pollers = [Poller(loop, site, 0, "room", tally) for _ in range(SOCKETS)]
    for _to_be_ready_and_then_to_work in range(2):
        for poller in pollers:
            poller.begin()
        loop.run(lambda: all(poller.ready for poller in pollers), 10)
    return [poller.client for poller in pollers]


def _reading(loop: Loop, site: Site, tally: Tally) -> list[Connection]:
    readers = [Counting(loop, site.address, "/") for _ in range(SOCKETS)]
    loop.run(lambda: all(reader.open for reader in readers), 10)
    for reader in readers:
        reader.count(tally, timed=False)
    return list(readers)


def cost_us(source: Source, pump: ctypes.CDLL | None, seconds: float) -> float:
    """CPU of this process for one event."""
    tally = Tally(wanted=NEVER)
    with served(source) as site, ExitStack() as ends:
        loop = Loop(pump)
        ends.callback(loop.close)
        clients = (_asking if source is answer else _reading)(loop, site, tally)
        for client in clients:
            ends.callback(client.close)
        loop.rest(seconds / 4)
        before, start = tally.arrived, time.process_time()
        loop.rest(seconds)
        return 1e6 * (time.process_time() - start) / max(1, tally.arrived - before)


EVENTS = {
    "a poll: answer and next request": answer,
    "a message in a write of its own": flood(FRAME),
    f"a message of {TOGETHER} in one write": flood(FRAME * TOGETHER),
}


def main(seconds: float) -> None:
    loops: dict[str, ctypes.CDLL | None] = {"Python": None}
    try:
        loops = {"C": library(), **loops}
    except Uncompiled as missing:
        print(f"Without C: {missing}", file=sys.stderr)
    with on(OTHER_CORES):
        rows = [
            [what, *(f"{cost_us(source, pump, seconds):.2f} µs" for pump in loops.values())]
            for what, source in EVENTS.items()
        ]
    print(plain([["CPU of the generator", *loops], *rows]))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1)
