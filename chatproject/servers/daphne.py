"""Daphne, with a stop that drains: `python -m chatproject.servers.daphne …`, with the options of `daphne`."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from autobahn.exception import Disconnected
from daphne.cli import CommandLineInterface
from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from . import ready
from .daphne_bounds import BoundedServer

ACCEPT_LIMIT = 4096
"""More connections than the backlog of the units do not wait at a port."""

FLUSH_S = 0.1


class DrainingServer(BoundedServer):
    """Stops listening, drains, and only then ends what is left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.ports.append(port)
        # Answer a frame that breaks the protocol with its close code, not with a cut connection.
        self.ws_factory.setProtocolOptions(failByDrop=False)
        ready.tell()

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """What is written to a socket that has just gone is dropped, as Daphne does once it knows."""
        with suppress(Disconnected):
            await super().handle_reply(protocol, message)

    def kill_all_applications(self) -> Deferred[Any]:
        """Twisted waits for the result before it stops the reactor."""
        return ensureDeferred(self._stop())

    async def _stop(self) -> None:
        from chatproject.asgi import live

        for port in self.ports:
            _close(port)
        await Deferred.fromFuture(asyncio.ensure_future(live.drain()))
        # Twisted drops what it has not written yet.
        await Deferred.fromFuture(asyncio.ensure_future(asyncio.sleep(FLUSH_S)))
        # Daphne takes it for granted that each connection has an application; one with half a request has none.
        nobody: asyncio.Future[None] = asyncio.get_event_loop().create_future()
        nobody.set_result(None)
        for details in self.connections.values():
            details.setdefault("application_instance", nobody)
        await super().kill_all_applications()


def _close(port: Any) -> None:
    """Takes in who has connected already: closing the port would reset them, with what they have sent.

    `stopListening` closes a turn of the loop later.
    """
    port.stopReading()
    port.numberAccepts = ACCEPT_LIMIT
    port.doRead()
    port.connectionLost(Failure(ConnectionDone()))  # type: ignore[no-untyped-call]


class CommandLine(CommandLineInterface):
    server_class = DrainingServer


if __name__ == "__main__":
    CommandLine.entrypoint()
