"""Who chats: rooms, people with a page each, writers among them, and a moderator in each room."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from itertools import chain
from typing import Any

from tests.support.people import Person

from .links import REQUEST_S
from .moderator import Moderator
from .options import Options
from .page import Page
from .records import Acknowledged, History, Log, Sent, State
from .stage import Stage
from .waiting import wait_for
from .writer import Writer

ROOMS = ("public", "private")


class Population:
    """Everybody of one round."""

    def __init__(self, stage: Stage, options: Options, history: History) -> None:
        self.stage = stage
        self.options = options
        self.history = history
        self.rooms: list[dict[str, Any]] = []
        self.pages: list[Page] = []
        self.writers: list[Writer] = []
        self.moderators: list[Moderator] = []
        self.others: dict[tuple[int, str], set[int]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def settle(self) -> None:
        """Make the rooms, the people and their pages."""
        count = self.options.readers
        crowd = [Person(**one) for one in await self.stage.operating("make_crowd", count=count * len(ROOMS))]
        for number, kind in enumerate(ROOMS):
            people = crowd[number * count : (number + 1) * count]
            ids = [person.id for person in people]
            [room] = await self.stage.operating("make_rooms", kinds=[kind], people=ids)
            self.rooms.append({**room, "kind": kind})
            self.others[room["id"], room["epoch"]] = set()
            await self._note_first_words(room["id"])
            self._open_pages(self.rooms[-1], people)

    def begin(self) -> None:
        """Everybody starts to read and write."""
        lives = (
            [one.run() for one in self.pages],
            [one.run() for one in self.writers],
            [one.run() for one in self.moderators],
        )
        for work in chain(*lives):
            self._spawn(work)

    async def fall_silent(self, timeout: float) -> None:
        """No new messages, and no sanctions; what is in the outboxes is sent, but for those of people who are out."""
        acting: list[Writer | Moderator] = [*self.writers, *self.moderators]
        for one in acting:
            one.writing = False
        await wait_for(lambda: not any(one.acts for one in acting), timeout)
        self.history.unsettled += [f"{one.page.person.name} still tries to write" for one in self.writers if one.acts]

    async def leave(self) -> None:
        # More than once: below Python 3.12 `wait_for` forgets a cancellation that comes with what it waits for.
        while under_way := [task for task in self._tasks if not task.done()]:
            for task in under_way:
                task.cancel()
            await asyncio.wait(under_way, timeout=REQUEST_S)
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        problems = [end for end in ends if isinstance(end, Exception)]
        if problems:
            raise ExceptionGroup("the lab itself failed", problems)

    def failed(self) -> bool:
        """Whether a task of the lab ended with an error."""
        return any(task.done() and not task.cancelled() and task.exception() for task in self._tasks)

    async def mark(self, room: int) -> tuple[str, int]:
        """Write a message by way of the operator; its epoch and number."""
        author, key = (
            next(page.person.id for page in self.pages if page.room == room),
            f"mark-{self.history.tick():06d}",
        )
        self.history.sent.append(Sent(self.history.tick(), room, author, key, key))
        command = {"action": "post_message", "actor": author, "room": room, "key": key, "body": key}
        message, *_more = await self.stage.operating("act", **command)
        self.history.acknowledged.append(Acknowledged(self.history.tick(), room, 0, State.of(message), True))
        position = await self.stage.operating("position", room=room)
        return str(position["epoch"]), int(message["version"])

    async def log(self, room: int) -> Log:
        """The room's log as the database has it now."""
        return self.as_log(room, await self.stage.operating("dump", room=room))

    def as_log(self, room: int, said: dict[str, Any]) -> Log:
        """A log from an answer of the operator."""
        states = tuple(State(*state) for state in said["states"])
        return Log(room, said["epoch"], said["last"], states, frozenset(self.others.get((room, said["epoch"]), ())))

    def restored(self, room: int, said: dict[str, Any]) -> None:
        """Keep the log of the life before, and what a restore took away."""
        before = self.as_log(room, said["log"])
        self.history.logs.append(before)
        removed = self.history.removed.setdefault(room, set())
        removed |= {(author, key) for author, key in said["removed"]}
        kept = {number for number in before.others if number <= said["point"]}
        self.others[room, said["epoch"]] = kept | {said["number"]}

    async def _note_first_words(self, room: int) -> None:
        """What the service itself wrote when the room was opened."""
        for state in (await self.log(room)).states:
            self.history.sent.append(Sent(self.history.tick(), room, state.author, state.key, state.body))

    def _open_pages(self, room: dict[str, Any], people: list[Person]) -> None:
        seed, rate = self.options.seed, self.options.rate
        pages = [
            Page(person, room, self.stage.doors, self.history, f"{seed}-page-{room['kind']}-{number}")
            for number, person in enumerate(people)
        ]
        self.pages += pages
        writing = pages[: max(2, round(len(pages) * self.options.writers))]
        self.writers += [Writer(page, rate, f"{seed}-writer-{room['kind']}-{n}") for n, page in enumerate(writing)]
        self.moderators.append(Moderator(self, room, pages, random.Random(f"{seed}-moderator-{room['kind']}")))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))
