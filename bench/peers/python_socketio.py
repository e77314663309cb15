"""python-socketio as its documentation begins: rooms, a message to all of a room. Run by uvicorn."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import socketio

server = socketio.AsyncServer(async_mode="asgi")
rooms: dict[str, str] = {}


async def connect(sid: str, environ: dict[str, Any]) -> None:
    rooms[sid] = parse_qs(environ["QUERY_STRING"])["room"][0]
    await server.enter_room(sid, rooms[sid])


async def message(sid: str, data: dict[str, Any]) -> None:
    await server.emit("message", data, room=rooms[sid])


def disconnect(sid: str) -> None:
    rooms.pop(sid, None)


for handler in (connect, message, disconnect):
    server.on(handler.__name__, handler)
application = socketio.ASGIApp(server)
