"""A TCP proxy between browser and server: the network, as bad as a test wants it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

CHUNK = 65536
HOST = "127.0.0.1"


def at_once() -> float:
    return 0.0


class Wire:
    """One connection through the proxy."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self._ends = (near, far)
        self.flowing = asyncio.Event()
        self.flowing.set()

    def cut(self) -> None:
        """Both ends see a reset."""
        for end in self._ends:
            end.transport.abort()
        self.flowing.set()


class Proxy:
    """Passes bytes on to `target`, a port of loopback.

    `is_down`: connections are refused. `answering`: cleared, what the server says is held back.
    `delay_s`: how long each piece is under way.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.is_down = False
        self.delay_s: Callable[[], float] = at_once
        self.answering = asyncio.Event()
        self.answering.set()
        self.wires: list[Wire] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, HOST, 0)

    async def stop(self) -> None:
        self._server.close()
        self.go_down()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Reset every connection."""
        for wire in self.wires:
            wire.cut()

    def go_down(self) -> None:
        """Refuse connections from now on, and cut those that are open."""
        self.is_down = True
        self.cut()

    def come_back(self) -> None:
        self.is_down = False
        self.answering.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.CancelledError):  # streams complain of a task that was cancelled
            await self._carry(reader, writer)
        writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            return
        far_reader, far_writer = await asyncio.open_connection(HOST, self.target)
        wire = Wire(writer, far_writer)
        self.wires.append(wire)
        ways = [self._pump(wire, reader, far_writer), self._pump(wire, far_reader, writer, self.answering)]
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.wires.remove(wire)
            wire.cut()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pump(
        self, wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event | None = None
    ) -> None:
        while data := await reader.read(CHUNK):
            await asyncio.sleep(self.delay_s())
            await wire.flowing.wait()
            if gate:
                await gate.wait()
            writer.write(data)
            await writer.drain()
        await _flushed(writer)


async def _flushed(writer: asyncio.StreamWriter) -> None:
    """One end is done; what it said last still gets across."""
    if writer.can_write_eof():
        writer.write_eof()
    await asyncio.sleep(0)
