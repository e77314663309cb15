"""The hot part of the generator: connections that pump.c works for, until something comes that is not as expected."""

from __future__ import annotations

import ctypes
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from .form import Rules, places
from .tally import Tally, Trouble

ENDED = -1
AGES = 16384


class Owner(Protocol):
    """Whose connection it is: gets what was not expected, and its end."""

    def handed(self, status: int, head: bytes, body: bytes) -> None: ...

    def ended(self) -> None: ...


@dataclass
class Job:
    """What a connection does. `form`: what it sends each time, empty when it only reads; `read`: what it has begun."""

    rules: Rules
    tally: Tally
    timed: bool = False
    http: bool = False
    form: bytes = b""
    values: Sequence[bytes] = ()
    read: bytes = b""


class _Text(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_int64)]


class _Place(ctypes.Structure):
    _fields_ = [("at", ctypes.c_int32), ("kind", ctypes.c_int32)]


class _Rules(ctypes.Structure):
    _fields_ = [
        ("counted", _Text),
        ("acked", _Text),
        ("before", _Text * 2),
        ("after", _Text * 2),
        ("ack_head", _Text),
        ("ack_tail", _Text),
        ("every_frames", ctypes.c_int64),
        ("every_bytes", ctypes.c_int64),
        ("http", ctypes.c_int32),
        ("each_mark", ctypes.c_int32),
    ]


class _Counts(ctypes.Structure):
    _fields_ = [
        ("arrived", ctypes.c_int64),
        ("wanted", ctypes.c_int64),
        ("running", ctypes.c_int32),
        ("timed", ctypes.c_int32),
        ("aged", ctypes.c_int32),
        ("ages", ctypes.c_double * AGES),
    ]


class _Handed(ctypes.Structure):
    _fields_ = [
        ("next", ctypes.c_void_p),
        ("id", ctypes.c_int32),
        ("status", ctypes.c_int32),
        ("head_size", ctypes.c_int64),
        ("body_size", ctypes.c_int64),
    ]


class Hot:
    """A connection in the pump."""

    def __init__(self, pump: Pump, handle: int, number: int, owner: Owner) -> None:
        self.pump, self.handle, self.number, self.owner = pump, handle, number, owner

    def ask(self) -> None:
        """Sends the form."""
        if not self.handle:
            raise Trouble("the server closed a connection that should have stayed")
        self.pump.library.pump_ask(self.pump.handle, self.handle)


class Pump:
    """`turn` works until Python has something to do: what is in the descriptor `others`, for example."""

    def __init__(self, library: ctypes.CDLL, others: int) -> None:
        self.library = library
        self.handle = library.pump_new(others, secrets.randbits(64))
        if not self.handle:
            raise OSError("no room for the generator's buffers")
        self.hot: dict[int, Hot] = {}
        self._numbers = count()
        self._by_number: dict[int, Hot] = {}
        self._counts: dict[int, tuple[Tally, _Counts]] = {}
        self._rules: dict[tuple[Rules, bool], _Rules] = {}

    def add(self, fd: int, owner: Owner, job: Job) -> Hot:
        form, found = places(job.form)
        spots = (_Place * len(found))(*(_Place(*place) for place in found))
        rules, counts = ctypes.byref(self._rules_of(job)), ctypes.byref(self._counts_of(job.tally))
        number = next(self._numbers)
        made = self.library.pump_add(
            self.handle, fd, number, rules, counts, job.timed, form, len(form), ctypes.byref(spots), len(found)
        )
        if not made:
            raise Trouble(f"a form of {len(form)} bytes and {len(found)} places cannot be sent")
        hot = self.hot[fd] = self._by_number[number] = Hot(self, made, number, owner)
        for place, value in enumerate(job.values):
            self.library.pump_set(made, place, value, len(value))
        if job.read:
            self.library.pump_feed(self.handle, made, job.read, len(job.read))
        return hot

    def drop(self, fd: int) -> None:
        if hot := self.hot.pop(fd, None):
            self.library.pump_drop(self.handle, hot.handle)
            del self._by_number[hot.number]
            hot.handle = 0

    def turn(self, seconds: float) -> bool:
        """True when there is something in `others`."""
        for tally, counts in self._counts.values():
            counts.wanted = tally.wanted - tally.arrived
            counts.running, counts.timed = tally.running, tally.timed
        others: int = self.library.pump_turn(self.handle, seconds * 1e3)
        for tally, counts in self._counts.values():
            tally.arrived += counts.arrived
            tally.ages += counts.ages[: counts.aged]
            counts.arrived = counts.aged = 0
        self._hand()
        return bool(others)

    def close(self) -> None:
        for fd in list(self.hot):
            self.drop(fd)
        self.library.pump_free(self.handle)

    def _hand(self) -> None:
        while address := self.library.pump_handed(self.handle):
            item = _Handed.from_address(address)
            data = ctypes.string_at(address + ctypes.sizeof(_Handed), item.head_size + item.body_size)
            hot = self._by_number.get(item.id)
            if not hot:
                continue
            if item.status == ENDED:
                hot.owner.ended()
            else:
                hot.owner.handed(item.status, data[: item.head_size], data[item.head_size :])

    def _counts_of(self, tally: Tally) -> _Counts:
        return self._counts.setdefault(id(tally), (tally, _Counts()))[1]

    def _rules_of(self, job: Job) -> _Rules:
        key = job.rules, job.http
        if key not in self._rules:
            self._rules[key] = _made(*key)
        return self._rules[key]


def _made(rules: Rules, http: bool) -> _Rules:
    learnt = [*rules.learnt, (b"", b""), (b"", b"")][:2]
    before, after = ((_Text * 2)(*map(_text, texts)) for texts in zip(*learnt, strict=True))
    head, tail = map(_text, rules.ack)
    often = rules.every_frames, rules.every_bytes
    return _Rules(_text(rules.counted), _text(rules.acked), before, after, head, tail, *often, http, rules.each_mark)


def _text(data: bytes) -> _Text:
    return _Text(data, len(data))
