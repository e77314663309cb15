"""Any bytes at all: never a 500, never a connection that ends without a reason."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.fleet import Fleet
from tests.support.people import Person
from tests.support.scene import Room, Scene, new_key
from tests.support.servers import Server
from tests.support.sockets import close_code

EXAMPLES = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
# Each server and each database once.
pytestmark = pytest.mark.parametrize(
    "server", [("daphne", "sqlite"), ("uvicorn", "postgresql")], indirect=True, ids="-".join
)
FINE = {4400, 1007, 1009}
"""Closes that say what was wrong with a frame."""

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("x" * 4001)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner), max_leaves=6
)
fields = st.sampled_from(["type", "key", "body", "reply_to", "seq", "cursor", "admin", ""])
kinds = st.sampled_from(["send", "edit", "delete", "seen", "hello", "batch", "ping", ""])
objects = st.dictionaries(fields, values, max_size=5)
frames = st.builds(lambda found, kind: {**found, "type": kind}, objects, kinds) | objects
documents = st.binary(max_size=200) | st.builds(lambda value: json.dumps(value).encode(), objects | values)


class Target:
    """A room of somebody, and the two ways in."""

    def __init__(self, server: Server, room: Room, person: Person) -> None:
        self.server = server
        self.room = room
        self.person = person
        headers = {"Origin": server.url, "X-CSRFToken": person.csrf, "Cookie": person.cookie_header}
        self.http = httpx.Client(base_url=server.url, headers=headers, timeout=30, verify=False, trust_env=False)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer, which is JSON and no failure of the server."""
        answer = self.http.request(method, f"/api/rooms/{path}", **options)
        assert answer.status_code < 500, answer.text
        assert answer.status_code == 400 or answer.json() is not None
        return answer

    def tell(self, sent: list[str | bytes]) -> None:
        """Send frames over one socket; each is answered, or the socket says why it closes."""
        headers = {"Cookie": self.person.cookie_header, "Origin": self.server.url}
        url = f"ws://{self.server.host}/ws/rooms/{self.room.slug}/"
        with connect(url, additional_headers=headers, compression=None, proxy=None) as socket:
            try:
                for frame in sent:
                    socket.send(frame)
                key = new_key()
                socket.send(json.dumps({"type": "send", "key": key, "body": "the last one"}))
                while json.loads(socket.recv(timeout=10)).get("key") != key:
                    pass
            except ConnectionClosed as closed:
                assert close_code(closed) in FINE


@pytest.fixture
def target(server: Server, fleet: Fleet) -> Iterator[Target]:
    scene = Scene(server, fleet.operator(server.place))
    target = Target(server, scene.room(), scene.owner)
    yield target
    target.http.close()


@EXAMPLES
@given(document=documents, method=st.sampled_from(["POST", "PATCH", "DELETE"]))
def test_any_body(target: Target, document: bytes, method: str) -> None:
    path = "messages" if method == "POST" else "messages/1"
    headers = {"Content-Type": "application/json"}
    target.ask(method, f"{target.room.slug}/{path}", content=document, headers=headers)
    target.ask("POST", f"{target.room.slug}/read", content=document, headers=headers)


@EXAMPLES
@given(name=st.sampled_from(["after", "limit", "wait", "page", "before", "x"]), value=st.binary(max_size=40))
def test_any_query(target: Target, name: str, value: bytes) -> None:
    # A cursor of another epoch, so that no poll is held.
    query = "&".join({"after": "after=gone:1", name: f"{name}={quote_from_bytes(value)}"}.values())
    for path in ("poll", "longpoll", "messages"):
        if name != "after" or re.search(rb"[^a-zA-Z0-9:]", value) or path != "longpoll":
            target.ask("GET", f"{target.room.slug}/{path}?{query}")


@EXAMPLES
@given(slug=st.binary(min_size=1, max_size=30), rest=st.sampled_from(["", "/poll", "/messages?before=5"]))
def test_any_room(target: Target, slug: bytes, rest: str) -> None:
    target.ask("GET", quote_from_bytes(slug, safe="") + rest)


@EXAMPLES
@given(sent=st.lists(frames.map(json.dumps) | st.text(max_size=50) | st.binary(max_size=50), max_size=6))
def test_any_frames(target: Target, sent: list[str | bytes]) -> None:
    target.tell(sent)


@EXAMPLES
@given(query=st.binary(max_size=40))
def test_any_query_of_a_socket(target: Target, query: bytes) -> None:
    headers = {"Cookie": target.person.cookie_header, "Origin": target.server.url}
    url = f"ws://{target.server.host}/ws/rooms/{target.room.slug}/?after={quote_from_bytes(query)}"
    with connect(url, additional_headers=headers, compression=None, proxy=None) as socket:
        try:
            assert json.loads(socket.recv(timeout=10))["type"] in ("hello", "error")
            socket.recv(timeout=0)
        except TimeoutError:
            pass
        except ConnectionClosed as closed:
            assert close_code(closed) in FINE
