"""What staff have asked of one connection: that it ends, or that its page takes another transport."""

from __future__ import annotations

from typing import Any

from . import fanout
from .admissions import Admissions
from .connections import Connection, Connections, Switch


def obey(event: fanout.Ended | fanout.SwitchAsked, connections: Connections, admissions: Admissions[Any]) -> None:
    """Does it, unless the connection is gone."""
    connection = connections.find(event.connection)
    if connection is None:
        return
    if isinstance(event, fanout.Ended):
        connections.forget(connection)
        _end(connection)
    else:
        _ask_to_switch(connection, Switch(event.to, event.reason))
    if connection.socket is None:
        # Its next question must pass where answers are made for one page alone.
        admissions.revoke(fanout.Revoked(session_key=connection.reader.session_key))


def _end(connection: Connection) -> None:
    """Sends the page away, to come back with its cursor."""
    if connection.subscription:
        connection.subscription.end()


def _ask_to_switch(connection: Connection, switch: Switch) -> None:
    """A socket is told at once, a hold is answered, a poll is told when it comes."""
    if connection.socket:
        connection.socket.ask_to_switch(switch)
        return
    connection.switch = switch
    if connection.subscription:
        connection.subscription.wake()
