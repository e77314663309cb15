"""Which loop makes the load, and the forms that both fill in."""

import re
from pathlib import Path

import pytest

from bench import compiled
from bench.compiled import Uncompiled, library
from bench.form import KEY, VALUES, fill, places, text
from bench.options import parse
from bench.run import run
from bench.scenarios.fanout import ClosedLoop
from bench.tally import Tally
from tests.bench.pieces import pump


def test_a_form_is_filled_in_at_its_places() -> None:
    form = b"a" + VALUES[1] + b"b" + KEY + b"c" + text().encode() + VALUES[0]
    plain, found = places(form)
    assert plain == form.replace(VALUES[0], b"").replace(VALUES[1], b"")
    assert found == [(1, 3), (2, 1), (plain.index(b"@the-time"), 0), (len(plain), 2)]
    filled = fill(form, [b"zero", b"one"])
    assert re.fullmatch(rb"aoneb[0-9a-f]{16}c@bench:\d{16} x+zero", filled)


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


def test_the_source_compiles_without_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pump()
    monkeypatch.setattr(compiled, "INSTALLED", tmp_path)
    monkeypatch.setenv("CC", "cc -Werror")
    library()


def test_the_storm_has_a_size_of_its_own() -> None:
    assert parse([]).sizes.returning == 3000
    assert parse(["--clients", "8"]).sizes.returning == 8
