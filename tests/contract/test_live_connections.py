"""Who is connected, seen in the admin of one of two processes, and what is ordered there: over all transports."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import pytest
import pytest_asyncio

from tests.admin.test_live import Root, make_root
from tests.support.drivers import Driver
from tests.support.fleet import Fleet
from tests.support.people import Person, Refused
from tests.support.reading import Reader
from tests.support.scene import Room, Scene
from tests.support.servers import Server

URL = "/admin/chat/connection/"
WORDS = {"websocket": "WebSocket", "longpoll": "Long polling", "poll": "Polling"}
BOUND_S = 5.0
T = TypeVar("T")


@pytest.fixture(scope="module")
def processes(fleet: Fleet) -> list[Server]:
    """Daphne and uvicorn over one database and one Redis, each with a name."""
    place = fleet.place("connections", "postgresql", extra={"CHAT_PROCESS_NAME": "daphne"})
    first = fleet.extra_server("daphne", place)
    place.extra = {"CHAT_PROCESS_NAME": "uvicorn"}
    return [first, fleet.extra_server("uvicorn", place)]


@pytest_asyncio.fixture
async def scenes(fleet: Fleet, processes: list[Server]) -> AsyncIterator[list[Scene]]:
    """The same place through both processes. A traceback in a log fails the test that caused it."""
    starts = [one.process.log.stat().st_size for one in processes]
    scenes = [Scene(one, fleet.operator(processes[0].place)) for one in processes]
    yield scenes
    for scene in scenes:
        await scene.close()
    failures = [one.failures(start) for one, start in zip(processes, starts, strict=True)]
    assert failures == ["", ""]


@pytest_asyncio.fixture
async def root(scenes: list[Scene]) -> AsyncIterator[Root]:
    """A superuser at the admin of the first process."""
    await asyncio.to_thread(make_root, scenes[0].server.place)
    root = Root(scenes[0])
    await root.log_in()
    yield root
    await root.browser.aclose()


class Line:
    """A row of the list."""

    def __init__(self, html: str) -> None:
        cells = [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", html, re.DOTALL)]
        self.person, self.transport, self.room, self.process = cells[1:5]
        self.behind, self.round_trip, sent, self.empty = cells[6:]
        figure, unit = sent.split("\xa0")
        self.sent = float(figure) * {"K": 1024, "M": 1024**2}.get(unit[0], 1)
        self.id = re.findall(r'value="([^"]+)"', html)[0]


async def lines(root: Root, room: Room) -> list[Line]:
    """Those of a room, as the page tells them now."""
    answer = await root.browser.get(f"{URL}now/", params={"room": room.slug, "order": "oldest"})
    assert answer.status_code == 200
    rows = answer.json()["parts"]["rows"]
    return [Line(row) for row in re.findall(r"<tr><td>.*?</tr>", rows, re.DOTALL)]


async def soon(asked: Callable[[], Awaitable[T]], is_meant: Callable[[T], object]) -> T:
    """The answer, once it is as meant; TimeoutError when it is not within the bound."""
    async with asyncio.timeout(BOUND_S):
        while not is_meant(answer := await asked()):  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.05)
    return answer


async def line(root: Root, room: Room, is_meant: Callable[[Line], bool] = lambda line: True) -> Line:
    """The only one, once it is as meant."""
    [found] = await soon(lambda: lines(root, room), lambda found: len(found) == 1 and is_meant(found[0]))
    return found


def reading(reader: Reader) -> "asyncio.Task[None]":
    """Reads until it is refused, or cancelled."""

    async def read() -> None:
        with suppress(AssertionError):
            await reader.until(lambda _seen: False, timeout=60)

    return asyncio.create_task(read())


async def order(root: Root, deed: str, line: Line, **more: str) -> None:
    data = {"action": deed, "_selected_action": [line.id], "confirmed": "yes", "reason": "A test", **more}
    answer = await root.browser.post(URL, data=data)
    assert answer.status_code == 302
    page = await root.browser.get(URL)
    assert "1 done." in page.text, page.text


@pytest.fixture(params=[0, 1], ids=["daphne", "uvicorn"])
def there(request: pytest.FixtureRequest, scenes: list[Scene]) -> Scene:
    """The process of the reader, which need not be that of the admin."""
    return scenes[int(request.param)]


async def begun(there: Scene, via: str, *people: Person) -> tuple[Room, Reader, "asyncio.Task[None]"]:
    room = there.room(*people, poll_interval_ms=500)
    reader = await there.reader(via, room, people[0] if people else there.owner)
    return room, reader, reading(reader)


async def test_a_page_is_listed_with_what_is_true_of_it(root: Root, there: Scene, via: str) -> None:
    alice = there.person()
    room, reader, task = await begun(there, via, alice)
    found = await line(root, room)
    assert (found.person, found.transport, found.process) == (alice.name, WORDS[via], there.server.kind)
    assert found.behind == "0"
    there.post(room, there.owner, "x" * 600)
    again = await line(root, room, lambda line: line.sent > found.sent + 500)
    assert again.id == found.id, "the same page goes on being one connection"
    assert (found.empty == "—") is (via == "websocket")
    task.cancel()
    await reader.driver.close()
    if via != "poll":  # it is missed after three of its intervals
        assert await soon(lambda: lines(root, room), lambda found: not found) == []


async def test_a_socket_tells_its_round_trip_once_it_is_looked_at(root: Root, there: Scene) -> None:
    room, _reader, task = await begun(there, "websocket")
    found = await line(root, room, lambda line: line.round_trip != "—")
    assert found.round_trip.endswith("ms")
    task.cancel()


async def follow(scene: Scene, room: Room, old: Reader, via: str) -> Reader:
    """The same page, come back with its cursor."""
    old.driver = scene.driver(via, room, scene.owner, old.driver.cursor)
    await old.driver.connect()
    return old


async def test_a_connection_that_is_ended_comes_back_and_has_lost_nothing(root: Root, there: Scene, via: str) -> None:
    room, reader, task = await begun(there, via)
    found = await line(root, room)
    there.post(room, there.owner, "before")
    await order(root, "end", found)
    if via == "websocket":
        with pytest.raises(Refused) as refused:
            await task
        assert refused.value.code == "restarting"
        there.post(room, there.owner, "between")
        await follow(there, room, reader, via)
    else:
        task.cancel()
        there.post(room, there.owner, "between")
    there.post(room, there.owner, "after")
    await reader.until_texts(["before", "between", "after"])
    task = reading(reader)
    again = await line(root, room)
    assert again.id != found.id, "it is counted anew"
    task.cancel()


async def test_a_page_that_is_asked_to_switch_is_told_on_the_wire_once(root: Root, there: Scene, via: str) -> None:
    to = "longpoll" if via == "poll" else "poll"
    room, reader, task = await begun(there, via)
    found = await line(root, room)
    await order(root, "switch", found, to=to)
    await soon(lambda: said_to(reader), lambda said: said.asked)
    there.post(room, there.owner, "it goes on")
    await soon(lambda: said_to(reader), lambda _said: reader.texts)
    task.cancel()
    assert reader.driver.asked == [{"to": to, "reason": "A test"}]
    assert reader.texts == ["it goes on"]


async def said_to(reader: Reader) -> Driver:
    return reader.driver


async def test_a_person_who_is_removed_is_out(root: Root, there: Scene, via: str) -> None:
    alice = there.person()
    room = there.room(alice, kind="private", poll_interval_ms=500)
    reader = await there.reader(via, room, alice)
    task = reading(reader)
    await order(root, "kick", await line(root, room))
    with pytest.raises(Refused) as refused:
        await asyncio.wait_for(task, BOUND_S)
    assert refused.value.code == "not_found"


async def test_a_process_that_does_not_answer_is_named(root: Root, scenes: list[Scene]) -> None:
    pid = scenes[1].server.process.pid
    assert "has not answered" not in await page(root)
    os.kill(pid, signal.SIGSTOP)
    try:
        said = await page(root)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert "uvicorn has not answered" in said
    await soon(lambda: page(root), lambda said: "uvicorn" in said and "has not answered" not in said)


async def page(root: Root) -> str:
    return (await root.browser.get(URL)).text
