"""Small parts of the lab: the schedule, the stepped clock, the backoff, what a page holds."""

import random
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from faults.backoff import MAX_S, Backoff
from faults.clock import set_offset, shifted_time
from faults.kinds import KINDS
from faults.mirror import Mirror
from faults.options import LONG, SHORT, parse
from faults.records import History
from faults.schedule import schedule
from tests.support.drivers import Batch


def test_a_seed_repeats_its_schedule() -> None:
    first, again, other = (
        [(kind, dice.random()) for kind, dice in islice(schedule(list(KINDS), seed), 60)] for seed in (1, 1, 2)
    )
    assert first == again != other


def test_a_short_round_has_each_kind_once() -> None:
    assert SHORT["faults"] == len(KINDS)
    assert {kind for kind, _dice in islice(schedule(list(KINDS), 9), len(KINDS))} == set(KINDS)


def test_options_come_from_the_command_line_or_the_size_of_the_round() -> None:
    assert parse(["--seed", "4"]).deliveries == LONG["deliveries"]
    assert "--seed 4 " in parse(["--short", "--seed", "4"]).command
    assert parse(["--short", "--faults", "2"]).faults == 2


def test_a_clock_steps_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1000.0)
    file = tmp_path / "clock"
    set_offset(file, 0)
    clock = shifted_time(file)
    assert clock() == 1000
    set_offset(file, -3600)
    assert clock() == -2600


def test_pauses_are_spread_and_have_a_bound() -> None:
    backoff = Backoff(random.Random(1))
    pauses = [backoff.pause() for _ in range(50)]
    assert max(pauses) <= MAX_S and len(set(pauses)) == 50
    assert backoff.pause(asked_s=7) >= 7


def said(seq: int, version: int, body: str = "text") -> dict[str, Any]:
    author = {"id": 1, "name": "alice"}
    return {"seq": seq, "version": version, "author": author, "key": f"key-{seq}", "body": body, "deleted": False}


def test_a_mirror_takes_batches_and_starts_anew_on_a_reset() -> None:
    history = History()
    mirror = Mirror(history, 1, 2)
    mirror.load({"cursor": "a:2", "messages": [said(1, 1), said(2, 2)]})
    mirror.take(Batch("a:4", [said(1, 3, "edited"), said(4, 4)], None, False, False), "a:2", "poll")
    assert [(seq, state.version) for seq, state in mirror.states.items()] == [(1, 3), (2, 2), (4, 4)]
    mirror.take(Batch("b:9", [said(8, 8), said(9, 9)], None, False, True), "a:4", "poll")
    final = mirror.final()
    assert (final.epoch, final.upto, final.floor, list(final.states)) == ("b", 9, 8, [8, 9])
    assert [(record.after, record.upto, record.load, record.reset) for record in history.delivered] == [
        (0, 2, True, False),
        (2, 4, False, False),
        (0, 9, False, True),
    ]
