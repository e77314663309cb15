"""The generator's hot part, in C and in Python: the same counts from whatever pieces come."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench import compiled
from bench.compiled import Uncompiled, library
from bench.dialects.base import Asking, Site
from bench.dialects.nchan import NchanHolder
from bench.dialects.parley import ParleyReader, ParleySender
from bench.dialects.parley_http import Holder, Poller, Poster
from bench.form import KEY, VALUES, Rules, fill, places, text
from bench.http import request
from bench.loop import Loop
from bench.options import parse
from bench.pump import Job
from bench.run import run
from bench.scenarios.fanout import ClosedLoop
from bench.tally import NEVER, Tally, Trouble
from bench.websocket import PING, PONG, frame
from tests.bench.test_clients import WAIT_S, from_server

PIECES = (1, 7, 100, 100_000)
UPGRADED = b"HTTP/1.1 101 Yes\r\n\r\n"
HELLO = from_server(b'{"type":"hello","cursor":"e:0"}')


@pytest.fixture(params=["c", "python"])
def loop(request: pytest.FixtureRequest) -> Iterator[Loop]:
    loop = Loop(library() if request.param == "c" else None)
    yield loop
    loop.close()


@pytest.fixture
def pumping() -> Iterator[Loop]:
    loop = Loop(library())
    yield loop
    loop.close()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(WAIT_S)
        yield server


@dataclass
class Hears:
    """An owner that keeps what it is handed."""

    items: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    over: bool = False

    def handed(self, status: int, head: bytes, body: bytes) -> None:
        self.items.append((status, head, body))

    def ended(self) -> None:
        self.over = True


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The generator's end, and the server's."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(WAIT_S)
    with ours, theirs:
        yield ours, theirs


def in_pieces(loop: Loop, peer: socket.socket, data: bytes, size: int) -> None:
    for start in range(0, len(data), size):
        peer.sendall(data[start : start + size])
        turn = iter((False, True))
        loop.run(lambda turn=turn: next(turn), WAIT_S, 0)  # type: ignore[misc]


def until(loop: Loop, done: Callable[[], bool]) -> None:
    assert loop.run(done, WAIT_S, 0.001)


def read_until(loop: Loop, peer: socket.socket, end: bytes = b"\r\n\r\n") -> bytes:
    """What the clients of the loop write, up to this."""
    peer.setblocking(False)
    heard = b""

    def whole() -> bool:
        nonlocal heard
        with suppress(BlockingIOError):
            heard += peer.recv(65536)
        return end in heard

    until(loop, whole)
    peer.settimeout(WAIT_S)
    return heard


def batch(number: int, body: str = "") -> bytes:
    payload = b'{"type":"batch","messages":["%s"],"cursor":"e:%d"}' % ((body or text()).encode(), number)
    return from_server(fill(payload))


def test_a_form_is_filled_in_at_its_places() -> None:
    form = b"a" + VALUES[1] + b"b" + KEY + b"c" + text().encode() + VALUES[0]
    plain, found = places(form)
    assert plain == form.replace(VALUES[0], b"").replace(VALUES[1], b"")
    assert found == [(1, 3), (2, 1), (plain.index(b"@the-time"), 0), (len(plain), 2)]
    filled = fill(form, [b"zero", b"one"])
    assert re.fullmatch(rb"aoneb[0-9a-f]{16}c@bench:\d{16} x+zero", filled)


@pytest.mark.parametrize("piece", PIECES)
def test_a_reader_counts_answers_pings_and_says_what_it_has_seen(
    piece: int, pumping: Loop, listening: socket.socket
) -> None:
    tally = Tally(wanted=NEVER)
    reader = ParleyReader(pumping, listening.getsockname(), "/")
    peer, _address = listening.accept()
    peer.settimeout(WAIT_S)
    sent = from_server(fill(b'{"type":"sent","message":"%s"}' % text().encode()))
    data = batch(1) + sent + from_server(b"hey", PING) + b"".join(batch(2 + n) for n in range(21))
    with peer:
        # A part of the first batch is read before the counting begins.
        peer.sendall(UPGRADED + HELLO + data[:40])
        until(pumping, lambda: reader.ready)
        read_until(pumping, peer)
        pumping.rest(0.005)
        reader.count(tally, timed=True)
        in_pieces(pumping, peer, data[40:], piece)
        until(pumping, lambda: tally.arrived >= 22)
        seen = frame(b'{"type":"seen","cursor":"e:20"}')
        assert read_until(pumping, peer, seen) == frame(b"hey", PONG) + seen
        assert tally.arrived == len(tally.ages) == 22
        assert all(0 <= age < 120_000 for age in tally.ages)
    until(pumping, lambda: reader.closed)
    with pytest.raises(Trouble):
        reader.send()


@pytest.mark.parametrize("size", [2000, 100_000])
def test_each_mark_of_a_long_frame_counts_and_lengths_of_any_width_are_read(
    size: int, pumping: Loop, pair: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = pair
    tally = Tally()
    pumping.hand_over(ours.fileno(), Hears(), Job(Rules(each_mark=True), tally))
    payload = b" ".join([fill(text().encode())] * 3).ljust(size)
    head = b"\x81\x7f" + size.to_bytes(8, "big") if size > 65535 else b"\x81\x7e" + size.to_bytes(2, "big")
    in_pieces(pumping, theirs, (head + payload) * 2, 30_001)
    until(pumping, lambda: tally.arrived == 6)


@pytest.mark.parametrize("piece", PIECES)
def test_a_sender_sends_again_when_its_message_is_acknowledged(
    piece: int, loop: Loop, listening: socket.socket
) -> None:
    work = Tally(timed=True)
    sender = ParleySender(loop, listening.getsockname(), "/")
    sender.work = work
    peer, _address = listening.accept()
    peer.settimeout(WAIT_S)
    with peer:
        peer.sendall(UPGRADED + HELLO)
        until(loop, lambda: sender.ready)
        read_until(loop, peer)
        sender.send()
        keys = set()
        for number in range(20):
            heard = read_until(loop, peer, b"}")
            form = re.search(rb'"key": "([0-9a-f]{16})", "body": "(@bench:\d{16} x+)"', heard)
            assert form, heard
            keys.add(form[1])
            answer = from_server(b'{"type":"sent","key":"%s","message":"%s"}' % (form[1], form[2]))
            in_pieces(loop, peer, batch(number) + answer, piece)
        until(loop, lambda: work.arrived == 20)
        assert len(keys) == len(work.ages) == 20
        heard = read_until(loop, peer, b'"}')
        assert frame(b'{"type":"seen","cursor":"e:19"}') in heard
        # A refusal is looked at in Python, and so is what is none.
        peer.sendall(from_server(b'{"type":"error","error":{"code":"unavailable"}}'))
        until(loop, lambda: work.lost == 1)
        peer.sendall(from_server(b'{"type":"error","error":{"code":"muted"}}'))
        with pytest.raises(Trouble, match="muted"):
            loop.rest(WAIT_S)
    sender.close()


def answer(body: bytes, status: bytes = b"200 OK", head: bytes = b"", chunked: int = 0) -> bytes:
    if not chunked:
        return b"HTTP/1.1 %s\r\n%scontent-LENGTH: %d\r\n\r\n%s" % (status, head, len(body), body)
    parts = [body[start : start + chunked] for start in range(0, len(body), chunked)]
    coded = b"".join(b"%X\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])
    return b"HTTP/1.1 %s\r\n%sTransfer-Encoding: chunked\r\n\r\n%s" % (status, head, coded)


@pytest.mark.parametrize("chunked", [0, 5, 1000])
@pytest.mark.parametrize("piece", PIECES)
def test_a_hold_counts_what_came_and_asks_for_what_follows(
    piece: int, chunked: int, loop: Loop, listening: socket.socket
) -> None:
    tally = Tally(timed=True)
    site = Site(listening.getsockname())
    holder = Holder(loop, site, 0, "room", tally)
    peer, _address = listening.accept()
    peer.settimeout(WAIT_S)
    with peer:
        holder.begin()
        assert b"GET /api/rooms/room/longpoll?wait=0 " in read_until(loop, peer)
        in_pieces(loop, peer, answer(b'{"cursor":"e:1"}'), piece)
        until(loop, lambda: holder.ready)
        holder.begin()
        assert b"longpoll?after=e:1&wait=55 " in read_until(loop, peer)
        two = fill(b'{"messages":["%s","%s"],"cursor":"e:33"}' % (text().encode(), text().encode()))
        in_pieces(loop, peer, answer(two, chunked=chunked), piece)
        assert b"longpoll?after=e:33&wait=55 " in read_until(loop, peer)
        # Nothing came until the hold ended; and a server that is too busy is asked again.
        in_pieces(loop, peer, answer(b'{"cursor":"e:34"}', chunked=chunked), piece)
        assert b"longpoll?after=e:34&wait=55 " in read_until(loop, peer)
        in_pieces(loop, peer, answer(b"", b"503 Busy"), piece)
        assert b"longpoll?after=e:34&wait=55 " in read_until(loop, peer)
        assert (tally.arrived, len(tally.ages), tally.lost) == (2, 1, 1)
        peer.sendall(answer(b"gone", b"404 Not Found"))
        with pytest.raises(Trouble, match=r"404.*gone"):
            loop.rest(WAIT_S)
    holder.close()


@pytest.mark.parametrize("piece", [1, 1000])
def test_headers_are_learnt_and_an_answer_may_have_no_body(piece: int, loop: Loop, listening: socket.socket) -> None:
    tally = Tally()
    holder = NchanHolder(loop, Site(listening.getsockname()), "/hold/room", tally)
    peer, _address = listening.accept()
    peer.settimeout(WAIT_S)
    with peer:
        holder.begin()
        assert b"If-None-Match" not in read_until(loop, peer)
        for number in (1, 20):
            head = b"Last-Modified: Wed, %d\r\nEtag: %d\r\n" % (number, number)
            in_pieces(loop, peer, answer(fill(text().encode()), head=head), piece)
            wanted = b"\r\nIf-Modified-Since: Wed, %d\r\nIf-None-Match: %d\r\n\r\n" % (number, number)
            assert read_until(loop, peer).endswith(wanted)
    assert tally.arrived == 2
    holder.close()


@pytest.mark.parametrize("make", [Poller, Poster])
def test_each_answer_counts_once_and_nothing_is_asked_after_the_end(
    make: type[Poller | Poster], loop: Loop, listening: socket.socket
) -> None:
    work = Tally(timed=make is Poster)
    client: Asking = make(loop, Site(listening.getsockname()), 0, "room", work)
    peer, _address = listening.accept()
    with peer:
        for _ in range(1 if client.ready else 2):
            client.begin()
            read_until(loop, peer)
            peer.sendall(answer(b'{"cursor":"e:1"}'))
            until(loop, lambda: client.ready)
        for _ in range(3):
            heard = read_until(loop, peer)
            size = re.search(rb"Content-Length: (\d+)", heard)
            assert not size or len(heard.split(b"\r\n\r\n")[1]) == int(size[1])
            peer.sendall(answer(b'{"cursor":"e:2"}'))
        heard = read_until(loop, peer)
        work.running = False
        before = work.arrived
        peer.sendall(answer(b"", b"204 Nothing"))
        until(loop, lambda: work.arrived == before + 1)
        loop.rest(0.01)
        peer.setblocking(False)
        with pytest.raises(BlockingIOError):
            peer.recv(1)
    assert len(work.ages) == (work.arrived if work.timed else 0)
    client.close()


@pytest.mark.parametrize(
    ("http", "data"),
    [
        (False, b"\x81\xff" + b"masked"),
        (False, b"\x81\x7f" + b"\xff" * 8),
        (True, b"SMTP ready or not\r\n\r\n"),
        (True, b"HTTP/1.1 2x0 Yes\r\n\r\n"),
        (True, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        (True, b"HTTP/1.1 200 OK\r\n\r\nffffffffffffffff\r\n"),
        (True, b"HTTP/1.1 200 OK\r\n\r\nnone\r\n"),
        (True, b""),
    ],
)
def test_what_no_server_says_ends_the_connection(
    http: bool, data: bytes, pumping: Loop, pair: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = pair
    owner = Hears()
    hot = pumping.hand_over(ours.fileno(), owner, Job(Rules(), Tally(), http=http, form=b"GET"))
    assert hot
    theirs.sendall(data)
    if not data:
        theirs.shutdown(socket.SHUT_WR)
    until(pumping, lambda: owner.over)
    assert not owner.items
    pumping.remove(ours.fileno())
    with pytest.raises(Trouble):
        hot.ask()


def test_a_form_that_is_too_long_is_refused(pumping: Loop, pair: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(Trouble, match="cannot be sent"):
        pumping.hand_over(pair[0].fileno(), Hears(), Job(Rules(), Tally(), form=b"x" * 10_000))


def test_python_has_its_turn_when_enough_has_come_or_something_for_itself(
    pumping: Loop, pair: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = pair
    tally = Tally(wanted=2)
    pumping.hand_over(ours.fileno(), Hears(), Job(Rules(each_mark=True), tally))
    frame_of_one = from_server(fill(text().encode()))
    turns: list[int] = []

    def looked() -> bool:
        turns.append(tally.arrived)
        return False

    theirs.sendall(frame_of_one)
    pumping.run(looked, 0.05, 0.03)
    assert len(turns) <= 4
    assert tally.arrived == 1
    start = time.perf_counter()
    theirs.sendall(frame_of_one)
    assert pumping.run(lambda: tally.arrived == 2, WAIT_S, WAIT_S)
    one, other = socket.socketpair()
    with one, other:
        heard: list[bytes] = []
        pumping.add(one.fileno(), lambda: heard.append(one.recv(10)))
        other.sendall(b"cold")
        assert pumping.run(lambda: bool(heard), WAIT_S, WAIT_S)
        pumping.remove(one.fileno())
    assert time.perf_counter() - start < WAIT_S


def test_a_closed_loop_says_when_it_wants_to_look_again() -> None:
    class Speaker:
        sent = 0

        def send(self, _size: int) -> None:
            self.sent += 1

    tally, speaker = Tally(), Speaker()
    drive = ClosedLoop(tally, 10, [speaker], 2)  # type: ignore[list-item]
    for arrived, sent, wanted in ((0, 2, 10), (9, 2, 10), (10, 3, 20), (30, 5, 40)):
        tally.arrived = arrived
        drive()
        assert (speaker.sent, tally.wanted) == (sent, wanted)


def test_without_a_compiler_the_loop_is_pythons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(compiled, "INSTALLED", tmp_path)
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(Uncompiled, match="no-such-compiler"):
        library()
    monkeypatch.setenv("CC", "false")
    with pytest.raises(Uncompiled, match="does not compile"):
        library()
    options = parse(["--targets", "uvicorn", "--only", "poll"])
    assert options.generator == "auto"
    with pytest.raises(SystemExit, match="does not compile"):
        run(parse(["--generator", "c"]))


def test_requests_have_the_length_that_they_name() -> None:
    body = b'{"key":"%s","body":"%s"}' % (KEY, text().encode())
    filled = fill(request("POST", "/", "host", body=body))
    assert b"Content-Length: %d\r\n" % len(filled.split(b"\r\n\r\n")[1]) in filled


def test_the_storm_has_a_size_of_its_own() -> None:
    assert parse([]).sizes.returning == 3000
    assert parse(["--clients", "8"]).sizes.returning == 8
