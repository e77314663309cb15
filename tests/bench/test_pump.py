"""The generator's hot part, in C and in Python: the same counts from whatever frames come, in whatever pieces."""

import re
import socket
import time

import pytest

from bench.dialects.parley import ParleyReader, ParleySender
from bench.form import Rules, fill, text
from bench.loop import Loop
from bench.pump import Job
from bench.tally import NEVER, Tally, Trouble
from bench.websocket import PING, PONG, frame
from tests.bench.pieces import PIECES, Hears, in_pieces, read_until, until
from tests.bench.test_clients import WAIT_S, from_server

UPGRADED = b"HTTP/1.1 101 Yes\r\n\r\n"


HELLO = from_server(b'{"type":"hello","cursor":"e:0"}')


def batch(number: int, body: str = "") -> bytes:
    payload = b'{"type":"batch","messages":["%s"],"cursor":"e:%d"}' % ((body or text()).encode(), number)
    return from_server(fill(payload))


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
