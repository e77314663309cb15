"""What people see of faults: one run over a quick fault, and the figures made of planted notes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faults.watch.figures import Figures, Reading, known
from faults.watch.watch import settled
from tests.support.processes import ROOT

pytestmark = pytest.mark.alone

RUN_S = 170
SEATS = {"websocket", "longpoll", "poll", "elsewhere"}


@pytest.mark.browser
@pytest.mark.timeout(RUN_S + 20)
def test_a_run_tells_what_each_page_showed(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "faults.watch", "--only", "all connections cut", "--times", "1", "--seed", "1"]
    done = subprocess.run(
        [*command, "--json", str(figures)], cwd=ROOT, capture_output=True, text=True, timeout=RUN_S, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-8000:]}"
    assert "| all connections cut |" in done.stdout
    [sight] = json.loads(figures.read_text())
    assert sight["pages"].keys() == SEATS
    assert sight["level"] and all(page["pending_s"] > 0 for page in sight["pages"].values())


def notes(**more: Any) -> dict[str, Any]:
    """A page that is well, from 0 to 60 s."""
    well: dict[str, Any] = {
        "now": 60_000,
        "words": [[0, "via WebSocket"]],
        "lines": [[0, ""]],
        "notes": [[0, ""]],
        "away": [[0, False]],
        "gone": [],
        "empty": [],
        "blocked": [],
        "failed": {},
        "seen": {},
        "queued": {},
        "settled": {},
        "pending": [],
        "shown": [],
    }
    return well | more


def figures(told: dict[str, Any], stored: dict[str, float], begin: float = 10_000) -> Figures:
    return Reading(told, "websocket", stored, (begin, 60_000)).figures(set(), [])


def test_a_message_that_comes_late_counts_from_when_it_was_stored() -> None:
    shown = figures(
        notes(seen={"early": 5000, "soon": 11_100, "late": 16_000}), {"early": 0, "soon": 11_000, "late": 12_000}
    )
    assert (shown.delay_s, shown.level_s, shown.unsaid_s, shown.missing) == (4.0, 6.0, 4.0, ())


def test_a_message_that_never_comes_is_missing_unless_a_restore_took_it() -> None:
    reading = Reading(notes(), "websocket", {"lost": 20_000}, (10_000, 60_000))
    assert reading.figures(set(), []).missing == ("lost",)
    taken = reading.figures({"lost"}, [])
    assert (taken.missing, taken.delay_s) == ((), 0.0)


def test_a_message_that_goes_away_is_told_unless_a_restore_took_it() -> None:
    told = notes(seen={"a": 20_100}, gone=[[21_000, "a"], [22_000, "older than the fault"]])
    reading = Reading(told, "websocket", {"a": 20_000}, (10_000, 60_000))
    assert (reading.figures(set(), []).gone, reading.figures({"a"}, []).gone) == (("a",), ())


def test_what_is_said_counts_for_as_long_as_it_is_there() -> None:
    words = [[0, "via WebSocket"], [12_000, "reconnecting"], [13_000, "connecting"], [15_000, "via WebSocket"]]
    lines = [[0, ""], [14_000, "No contact for 7 s, 2 messages waiting. Reconnecting in 3 s."], [15_000, ""]]
    shown = figures(notes(words=words, lines=lines), {})
    assert shown.words == {"reconnecting": 1.0, "connecting": 2.0}
    assert shown.lines == {"No contact for … s, … messages waiting. Reconnecting…": 1.0}
    assert shown.level_s == 5.0


def test_a_wait_of_which_the_button_tells_is_not_unsaid() -> None:
    words = [[0, "via WebSocket"], [13_000, "reconnecting"], [19_000, "via WebSocket"]]
    shown = figures(notes(words=words, seen={"late": 20_000}), {"late": 11_000})
    assert (shown.delay_s, shown.unsaid_s) == (9.0, 2.0)


def test_a_send_without_an_end_waits_until_the_end() -> None:
    shown = figures(notes(queued={"own": 20_000}, pending=["own"]), {})
    assert (shown.pending_s, shown.level_s) == (40.0, 50.0)


def test_a_message_is_known_from_whoever_has_it_first() -> None:
    writer = notes(queued={"a": 1, "refused": 2}, settled={"a": 30}, failed={"refused": "too long"})
    assert known([writer, notes(seen={"a": 20, "of another fault": 1})]) == {"a": 20}


def test_a_fault_is_over_when_all_have_what_was_written_since() -> None:
    writer = notes(queued={"a": 50_000}, settled={"a": 50_100}, seen={"a": 50_100})
    assert settled({"one": writer, "other": notes(seen={"a": 51_000})}, set(), mended=40_000)
    assert not settled({"one": writer, "other": notes(seen={"a": 51_000})}, set(), mended=51_000)
    assert not settled({"one": writer, "other": notes()}, set(), mended=40_000)
    assert settled({"one": writer, "other": notes(seen={"a": 1})}, set())
    broken = notes(seen={"a": 51_000}, words=[[0, "reconnecting"]])
    assert not settled({"one": writer, "other": broken}, set(), mended=40_000)
