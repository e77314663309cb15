"""What the generator's clients understand, in whatever pieces it comes."""

import socket
from collections.abc import Iterator

import pytest

from bench.form import DIGITS, MARK, fill, text
from bench.http import Answer, Client, header
from bench.loop import Loop
from bench.tally import Tally
from bench.websocket import PING, PONG, Counting, Socket, frame, frames

WAIT_S = 10


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


def from_server(payload: bytes, opcode: int = 0x81) -> bytes:
    """A frame without a mask."""
    size = len(payload)
    head = bytes([opcode, size]) if size < 126 else bytes([opcode, 126]) + size.to_bytes(2, "big")
    return head + payload


@pytest.mark.parametrize("size", [0, 1, 125, 126, 5000])
def test_whole_frames_are_taken_and_a_part_is_left(size: int) -> None:
    data = from_server(b"a" * size) + from_server(b"b") + from_server(b"c" * 200)[:50]
    found = list(frames(data))
    assert [payload for _first, payload, _end in found] == [b"a" * size, b"b"]
    assert data[found[-1][2] :] == from_server(b"c" * 200)[:50]


class Talk(Socket):
    """Keeps what it hears."""

    said: list[bytes]

    def heard(self, payload: bytes) -> None:
        self.said.append(payload)


def test_a_socket_hears_frames_that_come_byte_by_byte_and_answers_a_ping(loop: Loop, listening: socket.socket) -> None:
    talk = Talk(loop, listening.getsockname(), "/")
    talk.said = []
    peer, _address = listening.accept()
    with peer:
        for byte in b"HTTP/1.1 101 Yes\r\n\r\n" + from_server(b"one") + from_server(b"hey", PING) + from_server(b"two"):
            peer.sendall(bytes([byte]))
            loop.rest(0.001)
        assert loop.run(lambda: talk.said == [b"one", b"two"], WAIT_S)
        heard = peer.recv(65536)
        assert heard.endswith(frame(b"hey", PONG))
    talk.close()


@pytest.mark.parametrize("piece", [1, 3, 6, 7, 50, 100_000])
def test_marks_are_counted_in_pieces_of_any_size(piece: int, loop: Loop, listening: socket.socket) -> None:
    tally = Tally()
    reader = Counting(loop, listening.getsockname(), "/")
    peer, _address = listening.accept()
    data = b"".join(from_server(fill(text().encode())) for _ in range(5))
    with peer:
        peer.sendall(b"HTTP/1.1 101 Yes\r\n\r\n")
        assert loop.run(lambda: reader.open, WAIT_S)
        reader.count(tally, timed=True)
        for start in range(0, len(data), piece):
            peer.sendall(data[start : start + piece])
            loop.rest(0.0005)
        assert loop.run(lambda: tally.arrived >= 5, WAIT_S)
        loop.rest(0.01)
    assert tally.arrived == 5
    assert tally.ages or piece < len(MARK) + DIGITS
    assert all(0 <= age < 120_000 for age in tally.ages)
    reader.close()


def test_a_ping_between_texts_that_are_counted_is_answered_and_a_length_is_no_ping(
    loop: Loop, listening: socket.socket
) -> None:
    tally = Tally()
    reader = Counting(loop, listening.getsockname(), "/")
    peer, _address = listening.accept()
    with peer:
        peer.sendall(b"HTTP/1.1 101 Yes\r\n\r\n")
        assert loop.run(lambda: reader.open, WAIT_S)
        reader.count(tally, timed=False)
        peer.settimeout(WAIT_S)
        peer.recv(65536)
        long = from_server(text(0x189).encode())
        peer.sendall(long + from_server(b"abcd", PING) + long + from_server(b"", PING))
        assert loop.run(lambda: tally.arrived == 2, WAIT_S)
        loop.rest(0.05)
        reader.write(b"end")
        heard = b""
        while not heard.endswith(b"end"):
            heard += peer.recv(65536)
    assert heard == frame(b"abcd", PONG) + frame(b"", PONG) + b"end"
    reader.close()


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-One: 1\r\n\r\nhello", 200, b"hello"),
        (b"HTTP/1.1 304 Not Modified\r\nEtag: 0\r\n\r\n", 304, b""),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, b"hello"),
    ],
)
@pytest.mark.parametrize("piece", [1, 1000])
def test_an_answer_is_whole_once_its_last_byte_is_there(
    raw: bytes, status: int, body: bytes, piece: int, loop: Loop, listening: socket.socket
) -> None:
    answers: list[Answer] = []
    client = Client(loop, listening.getsockname(), lambda _client, answer: answers.append(answer))
    peer, _address = listening.accept()
    with peer:
        for start in range(0, len(raw), piece):
            assert not answers
            peer.sendall(raw[start : start + piece])
            loop.rest(0.001)
        assert loop.run(lambda: bool(answers), WAIT_S)
    assert [(answer.status, answer.body) for answer in answers] == [(status, body)]
    client.close()


def test_a_header_is_found_in_any_case() -> None:
    head = b"HTTP/1.1 200 OK\r\nEtag: abc\r\nLength: 1\r\n"
    assert header(head, b"etag") == b"abc"
    assert header(head, b"tag") == b""


def test_a_text_carries_one_mark_and_has_the_size_that_was_asked_for() -> None:
    assert text(500).encode().count(MARK) == 1
    assert len(text(500)) == 500
