"""The feed over a log in memory: database work runs at once, admission is what the test says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import pytest_asyncio
from pytest_django.fixtures import Settings

from chat import access, feed, history, lanes
from chat.errors import ChatError
from chat.hub import Hub
from chat.wire import You
from tests.unit.fake_log import ROOM_ID, FakeLog, FakeReader, settled


@dataclass
class Door:
    """Stands for `access.readmit`: refuses with `problem`, else admits as of the log's last change of access."""

    log: FakeLog
    problem: ChatError | None = None
    you: You | None = None
    asked: list[FakeReader] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def readmit(self, reader: FakeReader) -> FakeReader:
        self.asked.append(reader)
        self.meanwhile()
        if self.problem:
            raise self.problem
        return replace(reader, epoch=self.log.epoch, access_version=self.log.access_version, you=self.you)


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
def door(log: FakeLog, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Door]:
    """Puts the log in memory in place of the database."""
    settings.CHAT_POSITION_CHECK_S = settings.CHAT_ACCESS_CHECK_S = 3600
    door = Door(log)

    async def call(function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)

    monkeypatch.setattr(lanes, "call", call)
    monkeypatch.setattr(history, "after", log.read)
    monkeypatch.setattr(history, "positions", lambda _rooms: {ROOM_ID: (log.epoch, log.last, log.purged)})
    monkeypatch.setattr(access, "readmit", door.readmit)
    yield door


@pytest_asyncio.fixture
async def our_hub(door: Door) -> Hub:
    """The hub of this test's loop, with the room open and level."""
    await settled(await feed.hub().open(ROOM_ID))
    return feed.hub()
