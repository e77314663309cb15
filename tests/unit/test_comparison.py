"""The comparison's arithmetic and its tables; tests/contract/test_comparison.py runs it against servers."""

import asyncio
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from chat.comparison import report
from chat.comparison.feed import Feed
from chat.comparison.http import Answer
from chat.comparison.progress import Bar
from chat.comparison.readers import frame_size
from chat.comparison.run import Options, Policy, Result
from chat.comparison.tally import Tally, percentile


def result(**changes: Any) -> Result:
    """Three messages to two clients of two transports; the room does not allow the third."""
    options = Options("https://chat.example.org", "lobby", clients=2, rate=1, seconds=3)
    policy = Policy("e:1", ("poll", "websocket"), poll_s=2, hold_s=25)
    poll = Tally("poll", requests=8, empty=6, up=2400, down=3000, messages=6, latencies_ms=[900.0, 12.34, 1500.0] * 2)
    websocket = Tally("websocket", requests=2, pushed=5, up=600, down=1800, messages=5, latencies_ms=[3.21] * 5)
    made = {"people": 1, "seconds": 4.2, "sent": 3, "held": [], "tallies": [poll, websocket], "stopped": False}
    return Result(options, policy, **{**made, **changes})


@pytest.mark.parametrize(("share", "value"), [(50, 5), (95, 10), (99, 10), (1, 1)])
def test_a_percentile_is_one_of_the_values(share: int, value: float) -> None:
    assert percentile([float(number) for number in range(10, 0, -1)], share) == value


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile([], 50) is None


def test_only_messages_of_the_run_count() -> None:
    tally = Tally("poll")
    assert tally.arrived(["ours", "somebody else's"], {"ours": 10.0}, now=10.5) == 1
    assert (tally.messages, tally.latencies_ms) == (1, [500.0])


@pytest.mark.parametrize(("size", "head"), [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)])
def test_the_size_of_a_frame(size: int, head: int) -> None:
    assert frame_size("x" * size, masked=False) == head + size
    assert frame_size("x" * size, masked=True) == head + 4 + size


def test_a_character_counts_with_all_its_bytes() -> None:
    assert frame_size("ü", masked=False) == 4


def test_the_table_says_what_each_transport_costs() -> None:
    head, line, *rows = report.table(result()).split("\n")
    assert len({len(row) for row in (head, line, *rows)}) == 1
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert cells[0] == ["polling", "900 / 1,500 / 1,500 ms", "8", "75 %", "400", "500", "no", "6"]
    assert cells[1] == ["WebSocket", "3.2 / 3.2 / 3.2 ms", "2", "0 %", "120", "360", "yes", "5 (1 missing)"]


def test_the_notes_say_what_the_room_forbids_and_what_the_limits_held_back() -> None:
    notes = "\n".join(report.notes(result(held=[2.0, 3.0], stopped=True)))
    for said in ("does not allow long polling", "2 times, for 5 s", "Stopped early", "Django 5.2"):
        assert said in notes


def test_the_json_has_the_machine_and_every_figure() -> None:
    found = report.as_json(result())
    assert found["machine"]["packages"]["websockets"] and found["machine"]["processors"]
    assert found["transports"][0] | {"latency_ms": {}} == {
        "transport": "poll", "latency_ms": {}, "requests": 8, "empty_percent": 75.0, "refused": 0,
        "bytes_up_per_message": 400, "bytes_down_per_message": 500, "pushed": 0, "messages": 6, "missing": 0,
        "trouble": "",
    }  # fmt: skip


@pytest.mark.parametrize(("clients", "rate", "people"), [(1, 1, 1), (1, 5, 3), (20, 1, 1), (21, 1, 2), (200, 50, 8)])
def test_there_are_as_many_guests_as_keep_everybody_below_the_limits(clients: int, rate: float, people: int) -> None:
    assert Options("", "", clients, rate, 1).people == people


@pytest.mark.parametrize(("value", "seconds"), [("7", 7), ("", 1), ("soon", 1), ("0", 0.1)])
def test_a_wait_that_is_not_said_is_a_second(value: str, seconds: float) -> None:
    assert Answer(headers=[("retry-after", value)]).retry_after_s == seconds


async def test_messages_are_due_at_the_rate_and_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.perf_counter", lambda: 100.0)
    due = list(Feed("lobby", rate=10, ends=200, stop=asyncio.Event()).due())
    gaps = [after - before for before, after in pairwise(due)]
    assert due[0] == 100 and due[-1] < 200
    assert min(gaps) >= 0.05 and max(gaps) <= 0.15


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_rewrites_its_line_on_a_terminal() -> None:
    out = Terminal()
    bar = Bar(OutputWrapper(out))
    for share in (0, 1):
        bar(share, "going")
    assert out.getvalue().count("\r") == 2 and "\n" not in out.getvalue() and "100 %" in out.getvalue()


def test_the_bar_is_silent_where_nobody_watches() -> None:
    out = StringIO()
    bar = Bar(OutputWrapper(out))
    bar(0.5, "going")
    bar.end()
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ftp://example.org"], "address of a site"),
        (["http://example.org/chat/", "--room=lobby"], "address of a site"),
        (["https://chat.example.org"], "--room"),
        (["--clients=0"], "--clients goes from 1 to 200"),
        (["--seconds=601"], "--seconds goes from"),
        (["--poll-every=-1"], "--poll-every goes from"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("compare_transports", *arguments)
