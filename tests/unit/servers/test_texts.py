"""Texts taken from the bytes of a client, and what must be left to the parser."""

import os
import random
from itertools import accumulate

import pytest
from websockets.frames import Frame, Opcode

from chatproject.servers.texts import UNKNOWN, missing, take


def frame(payload: bytes, opcode: Opcode = Opcode.TEXT, fin: bool = True, mask: bool = True) -> bytes:
    """A frame, as the library of another project writes it."""
    return Frame(opcode, payload, fin).serialize(mask=mask, extensions=None)


def taken(data: bytes, most: int = 100) -> tuple[list[bytes], int]:
    """(texts, bytes) that are taken by somebody who takes at most so many."""
    texts: list[bytes] = []

    def hear(text: bytes) -> bool:
        if len(texts) == most:
            return False
        texts.append(text)
        return True

    return texts, take(data, hear)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 5000, 65535])
def test_a_whole_text_is_taken(size: int) -> None:
    payload = os.urandom(size)
    data = frame(payload)
    assert taken(data) == ([payload], len(data))


def test_several_are_taken_in_order_and_the_beginning_of_another_is_left() -> None:
    data = frame(b"one") + frame(b"two")
    for cut in range(1, len(frame(b"three"))):
        assert taken(data + frame(b"three")[:cut]) == ([b"one", b"two"], len(data))


def test_what_is_not_taken_is_left_with_all_behind_it() -> None:
    data = frame(b"one") + frame(b"two") + frame(b"three")
    assert taken(data, most=1) == ([b"one"], len(frame(b"one")))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(frame(b"x", Opcode.BINARY), id="binary"),
        pytest.param(frame(b"x", Opcode.PING), id="ping"),
        pytest.param(frame(b"x", Opcode.CLOSE), id="close"),
        pytest.param(frame(b"x", Opcode.CONT), id="continuation"),
        pytest.param(frame(b"x", fin=False), id="fragment"),
        pytest.param(frame(b"x", mask=False), id="unmasked"),
        pytest.param(frame(b"x" * 200, mask=False), id="unmasked, longer"),
        pytest.param(frame(b"x" * 70_000), id="too long"),
        pytest.param(b"\xc1\x81\0\0\0\0x", id="compressed"),
        pytest.param(b"\x81\xfe\0\x05\0\0\0\0hello", id="a length that does not need its form"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x81", id="half a head"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no frame"),
    ],
)
def test_anything_else_is_left_to_the_parser(data: bytes) -> None:
    assert taken(data) == ([], 0)


def test_the_bytes_that_a_frame_lacks() -> None:
    data = frame(b"x" * 300)
    assert missing(b"", 0) == 0
    assert missing(data, 0) == missing(data + frame(b"y", Opcode.PING), 0) == 0
    assert missing(data[:100], 0) == len(data) - 100
    assert missing(data[100:] + data[:20], len(data) - 100) == len(data) - 20
    assert missing(b"x" * 7, 10) == 3
    assert missing(b"x", UNKNOWN) == UNKNOWN


@pytest.mark.parametrize("size", [5, 300, 70_000])
def test_a_frame_that_ends_within_its_head_leaves_nothing_to_know(size: int) -> None:
    data = frame(b"x" * size)
    widths = {5: 2, 300: 4, 70_000: 10}
    assert {missing(data[:cut], 0) for cut in range(1, widths[size])} == {UNKNOWN}
    assert missing(data[: widths[size]], 0) > 0


def test_it_keeps_its_place_in_any_stream_that_is_cut_anywhere() -> None:
    dice = random.Random(7)
    for _ in range(200):
        frames = [frame(os.urandom(dice.choice([0, 3, 125, 126, 400]))) for _ in range(20)]
        stream, ends = b"".join(frames), set(accumulate(map(len, frames)))
        at = ahead = 0
        while at < len(stream) and ahead != UNKNOWN:
            step = dice.randint(1, 300)
            ahead = missing(stream[at : at + step], ahead)
            at = min(at + step, len(stream))
            assert ahead == UNKNOWN or at + ahead in ends
