"""The same requests to a server with the lane and to one that sends all of them through the views: the same bytes."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from tests.support.attackers import Bare
from tests.support.fleet import Fleet
from tests.support.people import Person
from tests.support.scene import Room, Scene, new_key
from tests.support.servers import COMMANDS, Server

pytestmark = pytest.mark.alone

SAME_ORDER = {"PYTHONHASHSEED": "0", "CHAT_SEND_RATE": "1000/1s"}
"""Some headers are put together from sets."""

CURSORS = ["", "{0}:0", "{0}:{1}", "{0}:3", "{0}%3A3", "{0}:9999", "{0}:00", "other:1", "nonsense"]
LIMITS = ["", "1", "2", "200", "0", "x"]
ODD = [
    "x=1",
    "limit=1&limit=1",
    "after",
    "=",
    "&&",
    "limit=%31",
    "limit=1;wait=0",
    "wait=56",
    "page=",
    "LIMIT=1",
    "%zz",
]
DATE = re.compile(rb"\r\ndate: [^\r]*", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)

Pair = tuple[Server, Server]


class Line:
    """A connection that stays."""

    def __init__(self, server: Server, person: Person, crowd: list[Bare]) -> None:
        self.bare = Bare(server)
        self.person = person
        crowd.append(self.bare)

    def send(self, method: str, target: str, body: str = "", *, accept: str = "*/*") -> None:
        head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\nCookie: {self.person.cookie_header}\r\n"
        if body:
            head += (
                f"X-CSRFToken: {self.person.csrf}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            )
        self.bare.send(f"{head}\r\n{body}".encode())

    def answer(self) -> bytes:
        """The next answer but for its date."""
        got = self.bare.got
        while b"\r\n\r\n" not in got:
            got += self._more()
        end = got.index(b"\r\n\r\n") + 4
        found = LENGTH.search(got)
        assert found, got
        while len(got) < end + int(found[1]):
            got += self._more()
        self.bare.got = got[end + int(found[1]) :]
        return DATE.sub(b"", got[: end + int(found[1])])

    def ask(self, target: str) -> bytes:
        self.send("GET", target)
        return self.answer()

    def _more(self) -> bytes:
        more = self.bare.socket.recv(65536)
        assert more, "the server has closed"
        return more


@pytest.fixture(scope="module", params=COMMANDS)
def pair(request: pytest.FixtureRequest, fleet: Fleet) -> Iterator[Pair]:
    """Two servers of a kind on one database: with the lane, and without."""
    kind = str(request.param)
    place = fleet.place(f"lane-{kind}", "sqlite", extra=SAME_ORDER)
    views = replace(place, extra={**SAME_ORDER, "CHAT_SHORTCUT": "false"})
    yield fleet.extra_server(kind, place), fleet.extra_server(kind, views)


@pytest.fixture
def scene(pair: Pair, fleet: Fleet) -> Scene:
    return Scene(pair[0], fleet.operator(pair[0].place))


@pytest.fixture
def room(scene: Scene) -> Room:
    room = scene.room()
    for number in range(5):
        scene.post(room, scene.owner, f"message {number}")
    return room


def test_polls_have_the_bytes_of_the_view(pair: Pair, scene: Scene, room: Room, crowd: list[Bare]) -> None:
    lane, views = (Line(server, scene.owner, crowd) for server in pair)
    asked = 0
    for via, (cursor, limit) in product(("poll", "longpoll"), [*product(CURSORS, LIMITS), *((odd, "") for odd in ODD)]):
        given = cursor if cursor in ODD else cursor and f"after={cursor.format(room.epoch, room.first + 5)}"
        query = "&".join(filter(None, ("wait=0" if via == "longpoll" else "", given, limit and f"limit={limit}")))
        target = f"/api/rooms/{room.slug}/{via}?{query}"
        expected = views.ask(target)
        for _ in range(2):
            assert lane.ask(target) == expected, target
            asked += 1
    assert asked >= 200


def test_messages_have_the_bytes_of_the_view(pair: Pair, scene: Scene, room: Room, crowd: list[Bare]) -> None:
    lane, views = (Line(server, scene.owner, crowd) for server in pair)
    target = f"/api/rooms/{room.slug}/messages"
    for text in ("first", "a longer one, über alles", "", "x" * 5000, "third"):
        body = json.dumps({"key": new_key(), "body": text})
        lane.send("POST", target, body)
        stored = lane.answer()
        views.send("POST", target, body)
        again = views.answer()
        lane.send("POST", target, body)
        assert lane.answer() == again, "the key is known by now, or the message is refused as before"
        assert stored.replace(b" 201 Created", b" 200 OK") == again


def test_holds_are_ended_by_messages_and_by_their_wait(pair: Pair, scene: Scene, room: Room, crowd: list[Bare]) -> None:
    line = Line(pair[0], scene.owner, crowd)
    target = f"/api/rooms/{room.slug}/longpoll"
    cursor = json.loads(line.ask(f"{target}?wait=0").split(b"\r\n\r\n")[1])["cursor"]
    for number in range(3):
        line.send("GET", f"{target}?after={cursor}&wait=20&page=a")
        scene.post(room, scene.owner, f"news {number}")
        batch = json.loads(line.answer().split(b"\r\n\r\n")[1])
        assert [message["body"] for message in batch["messages"]] == [f"news {number}"]
        cursor = batch["cursor"]
    began = time.monotonic()
    said = line.ask(f"{target}?after={cursor}&wait=3")
    assert b'"messages":[]' in said
    assert 1.5 < time.monotonic() - began < 3.3


def test_what_comes_behind_a_hold_waits_for_its_end(pair: Pair, scene: Scene, room: Room, crowd: list[Bare]) -> None:
    line = Line(pair[0], scene.owner, crowd)
    target = f"/api/rooms/{room.slug}/longpoll"
    cursor = json.loads(line.ask(f"{target}?wait=0").split(b"\r\n\r\n")[1])["cursor"]
    line.send("GET", f"{target}?after={cursor}&wait=20")
    time.sleep(0.2)
    line.send("GET", f"/api/rooms/{room.slug}/poll?after={cursor}")
    scene.post(room, scene.owner, "what ends it")
    assert [b"what ends it" in line.answer() for _ in range(2)] == [True, True]
