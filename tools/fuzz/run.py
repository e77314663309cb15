"""One run: the same bytes to a connection with the lane and to one without it, which must say the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from random import Random

from chat import feed

from . import site
from .frames import opening, texts
from .requests import mutated, pieces
from .sides import Kind, settle
from .site import START

EXPECTED = ("Invalid UTF-8 sequence received from client.",)
"""What uvicorn logs as an error of its own, and answers with the right code."""
MAX_HOLDS = 20
"""That may wait behind each other on one connection."""

NO_HTTP = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 30\r\n"
    b"connection: close\r\n\r\nInvalid HTTP request received."
)
Said = tuple[bytes, bool]
Script = list[list[tuple[bytes, bool]]]
Told = Callable[[int], None]


class Found(AssertionError):
    """What the fuzzer was looking for; carries the seed and all that was sent."""


class Complaints(logging.Handler):
    """What is logged as an error meanwhile."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if record.levelno >= logging.ERROR and said not in EXPECTED:
            self.records.append(self.format(record))

    def __enter__(self) -> Complaints:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_exc: object) -> None:
        logging.getLogger().removeHandler(self)


async def requests(kind: Kind, seed: int, count: int, told: Told = lambda _done: None) -> int:
    """So many connections with up to twelve requests each; how many requests were answered by the lane."""
    before = kind.lane.answered
    with Complaints() as complaints:
        for number in range(count):
            await _compare(kind, f"seed {seed}, connection {number}", script(random_of(seed, number)))
            if complaints.records:
                raise Found(f"{kind.name}, seed {seed}, connection {number}: {complaints.records[0]}")
            told(number + 1)
    return kind.lane.answered - before


def random_of(seed: int, number: int) -> Random:
    return Random(seed * 1_000_003 + number)  # noqa: S311 - to be had again


def script(random: Random) -> Script:
    """What is sent on a connection: in pieces, after which of them it is time to answer, and when holds are ended."""
    parts = []
    for _ in range(random.choice([1, 2, 4])):
        data = mutated(random, START + random.choice([0, 0, 0, 1, 2]))
        parts.append([(piece, random.random() < 0.7) for piece in pieces(random, data)])
    return parts


async def _compare(kind: Kind, name: str, sent: Script) -> None:
    with_lane, without = await _play(kind, sent, lane=True), await _play(kind, sent, lane=False)
    if not all(map(_are_alike, with_lane, without)):
        raise Found(f"{kind.name}, {name}: {sent}\n  with the lane:    {with_lane}\n  without the lane: {without}")


def _are_alike(with_lane: Said, without: Said) -> bool:
    """The same, or more answers before the end of a connection over which something came that is no HTTP.

    uvicorn reads all that has come before it answers any of it, and then answers the last alone.
    """
    if with_lane == without:
        return True
    both_end = with_lane[0].endswith(NO_HTTP) and without[0].endswith(NO_HTTP)
    return both_end and with_lane[0].startswith(without[0].removesuffix(NO_HTTP)) and with_lane[1] == without[1]


async def _play(kind: Kind, sent: Script, *, lane: bool) -> list[Said]:
    """What had been said after each part, and whether the connection was closed."""
    site.start_anew()
    side, said = kind.connect(lane=lane), []
    for part in sent:
        for piece, pause in part:
            side.feed(piece)
            if pause:
                await settle()
        await _end_holds()
        said.append((side.said, side.closed))
    side.end()
    await settle()
    if list(feed.hub().subscriptions()):
        raise Found(f"{kind.name}: somebody still holds after {sent}")
    return said


async def _end_holds() -> None:
    """Writes messages until nobody holds any more."""
    for _ in range(MAX_HOLDS):
        await settle()
        if not any(channel.parked for channel in feed.hub().channels.values()):
            return
        site.write()
        await settle()


async def frames(kind: Kind, seed: int, count: int, told: Told = lambda _done: None) -> None:
    """So many sockets with a handful of damaged frames each: nothing may fail but the socket."""
    with Complaints() as complaints:
        for number in range(count):
            random = random_of(seed, number)
            side = kind.connect(lane=True)
            side.feed(opening())
            await settle()
            if b" 101 " not in side.said:
                raise Found(f"{kind.name}, seed {seed}, socket {number}: no handshake: {side.said!r}")
            sent = [texts(random) for _ in range(random.choice([1, 3]))]
            for data in sent:
                for piece in pieces(random, data):
                    side.feed(piece)
                await settle()
            side.end()
            await settle()
            if complaints.records:
                raise Found(f"{kind.name}, seed {seed}, socket {number}, {sent}: {complaints.records[0]}")
            told(number + 1)
