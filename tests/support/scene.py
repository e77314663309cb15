"""What a contract test plays on: one server, its operator, people, rooms, and the pages that were opened."""

import secrets
from dataclasses import dataclass
from typing import Any

from tests.support.drivers import DRIVERS, Driver
from tests.support.operator import Operator
from tests.support.people import STRANGER, Browser, Person
from tests.support.reading import Reader
from tests.support.servers import Server
from tests.support.sockets import OWN, Socket, open_socket


@dataclass(frozen=True)
class Room:
    """A room; `start` is the cursor right after it was made and its people had joined."""

    id: int
    slug: str
    epoch: str
    first: int

    def cursor(self, number: int) -> str:
        """The cursor at a number of this room's log."""
        return f"{self.epoch}:{number}"

    @property
    def start(self) -> str:
        return self.cursor(self.first)


def new_key() -> str:
    """An idempotency key that nobody has used."""
    return f"k-{secrets.token_urlsafe(12)}"


class Scene:
    """Makes what a test needs and closes what it opened. `owner` owns every room made here."""

    def __init__(self, server: Server, operator: Operator) -> None:
        self.server = server
        self.operator = operator
        self.owner = self.person()
        self._open: list[Driver | Browser | Socket] = []

    def person(self, guest: bool = False) -> Person:
        """Somebody new with a session."""
        return Person(**self.operator("make_person", guest=guest))

    def room(self, *members: Person, **fields: Any) -> Room:
        """A new room of the owner with these members."""
        made = self.operator("make_room", owner=self.owner.id, members=[member.id for member in members], **fields)
        return Room(made["id"], made["slug"], made["epoch"], made["last_seq"])

    def driver(
        self, via: str, room: Room | str, person: Person, after: str | None = None, limit: int | None = None
    ) -> Driver:
        """A page that is not connected yet."""
        slug = room if isinstance(room, str) else room.slug
        driver = DRIVERS[via](self.server, slug, person, after, limit)
        self._open.append(driver)
        return driver

    async def reader(
        self, via: str, room: Room, person: Person, after: str | None = None, limit: int | None = None
    ) -> Reader:
        """A connected page that follows the room, from its start unless another cursor is given."""
        driver = self.driver(via, room, person, after or room.start, limit)
        await driver.connect()
        return Reader(driver)

    def browser(self, person: Person = STRANGER) -> Browser:
        """The HTTP side alone."""
        browser = Browser(self.server, person)
        self._open.append(browser)
        return browser

    async def socket(self, path: str, person: Person | None = None, origin: str | None = OWN) -> Socket:
        """A bare socket at a path, of the owner unless somebody else is given."""
        socket = Socket(await open_socket(self.server, path, person or self.owner, origin))
        self._open.append(socket)
        return socket

    async def room_socket(self, room: Room, after: str = "") -> Socket:
        """A bare socket of the owner in a room, its hello taken."""
        socket = await self.socket(f"/ws/rooms/{room.slug}/" + (f"?after={after}" if after else ""))
        assert (await socket.frame())["type"] == "hello"
        return socket

    # By the operator, in a process of its own

    def post(self, room: Room, author: Person, body: str, key: str = "") -> dict[str, Any]:
        """The stored message."""
        message, *_more = self.act("post_message", author, room, key=key or new_key(), body=body)
        return dict(message)

    async def post_and_hear(self, room: Room, author: Person, body: str) -> None:
        """Posts from another process, and returns once the server has been told of it."""
        reader = await self.reader("websocket", room, author)
        self.post(room, author, body)
        await reader.until(lambda reader: body in reader.texts)

    def posts(self, room: Room, bodies: list[str]) -> list[int]:
        """Posts of the owner, one after another; returns their places."""
        return list(self.operator("post_many", room=room.id, author=self.owner.id, bodies=bodies))

    def history(self, room: Room, bodies: list[str]) -> list[int]:
        """The same for a room that nobody reads yet, and much quicker."""
        return list(self.operator("post_history", room=room.id, author=self.owner.id, bodies=bodies))

    def act(self, action: str, actor: Person, room: Room, **arguments: Any) -> Any:
        """Any other service: edit_message, delete_message, ban, mute, remove_member, …"""
        return self.operator("act", action=action, actor=actor.id, room=room.id, **arguments)

    def update(self, room: Room, **changes: Any) -> None:
        """A change of the room by its owner."""
        self.operator("update_room", actor=self.owner.id, room=room.id, **changes)

    def stored(self, room: Room) -> list[dict[str, Any]]:
        """The messages people wrote, as the database has them, by place."""
        return [message for message in self.operator("stored", room=room.id) if message["kind"] == "text"]

    async def close(self) -> None:
        for page in self._open:
            await page.close()
