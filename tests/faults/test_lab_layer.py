"""Frames of the Redis protocol, and what the lab does to published messages."""

import random

import pytest

from faults.layer import LayerConnection, LayerProxy
from faults.resp import Splitter, frame_end, is_message

FRAMES = [
    b"+OK\r\n",
    b":12\r\n",
    b"$5\r\nhello\r\n",
    b"$-1\r\n",
    b"*-1\r\n",
    b"*2\r\n$1\r\na\r\n:1\r\n",
    b"%1\r\n$6\r\nserver\r\n$6\r\nvalkey\r\n",
    b"_\r\n",
    b">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n",
    b">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\n\r\n>3\r\n",
]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_ends_where_it_ends(frame: bytes) -> None:
    assert frame_end(frame + b"+more\r\n") == len(frame)
    assert all(frame_end(frame[:cut]) is None for cut in range(len(frame)))


def test_a_stream_comes_apart_wherever_it_is_cut() -> None:
    dice, stream = random.Random(5), b"".join(FRAMES)
    for _ in range(100):
        splitter, at, frames = Splitter(), 0, list[bytes]()
        while at < len(stream):
            size = dice.randint(1, 12)
            frames += splitter.feed(stream[at : at + size])
            at += size
        assert frames == FRAMES


def test_published_messages_are_told_apart() -> None:
    assert [frame for frame in FRAMES if is_message(frame)] == FRAMES[-1:]


def message(text: str) -> bytes:
    return f">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n${len(text)}\r\n{text}\r\n".encode()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("", "abcd"), ("drop", ""), ("double", "aabbccdd"), ("reorder", "badc")],
)
def test_a_fault_touches_messages_alone(fault: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faults.layer.SHARE", 1.0)
    proxy = LayerProxy(0, "seed")
    proxy.fault = fault
    connection = LayerConnection(proxy, None, None)  # type: ignore[arg-type]
    said = b"".join(connection.altered(part) for part in (b"+OK\r\n", *map(message, "abcd"), b":1\r\n"))
    assert said == b"+OK\r\n" + b"".join(map(message, expected)) + b":1\r\n"
    assert proxy.touched == (4 if fault else 0)
