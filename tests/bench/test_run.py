"""A small run over everything: figures come out. Nothing is timed."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import ceiling
from bench.options import parse
from bench.scenarios import SCENARIOS
from tests.support.fleet import Fleet
from tests.support.processes import ROOT


def bench(out: Path, *arguments: str) -> tuple[dict[str, dict[str, Any]], str]:
    """The figures of a run by scenario, and what it printed."""
    command = [sys.executable, "-m", "bench", *arguments, "--seconds", "0.1", "--json", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=380, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    figures = {one["scenario"]: one for one in json.loads(out.read_text())["medians"]}
    assert {name: one["trouble"] for name, one in figures.items() if one["trouble"]} == {}
    assert all(one["units"] > 0 and one["cpu_us"] > 0 and one["rate"] > 0 for one in figures.values())
    return figures, done.stdout


@pytest.mark.timeout(400)
def test_every_scenario_comes_to_a_figure(tmp_path: Path) -> None:
    chart = tmp_path / "chart.svg"
    sizes = ["--clients", "64", "--targets", "uvicorn", "--chart", str(chart)]
    figures, printed = bench(tmp_path / "figures.json", *sizes)
    assert list(figures) == list(SCENARIOS)
    assert {name for name, one in figures.items() if one["p50_ms"]} >= {"fanout", "hold", "send1", "post", "quiet"}
    assert all(figures[name]["more"]["kb_each"] > 0 for name in ("socket-memory", "hold-memory"))
    assert "<svg" in chart.read_text()
    assert all(scenario.title in printed for scenario in SCENARIOS.values())


@pytest.mark.timeout(400)
def test_a_server_that_runs_already_is_measured_from_outside(fleet: Fleet, tmp_path: Path) -> None:
    server = fleet.server("daphne", "sqlite")
    operator = fleet.operator(server.place)
    room = operator("make_room", owner=operator("make_person")["id"], guests="write")["slug"]
    target = ["--url", server.url, "--pid", str(server.process.pid), "--room", room, "--clients", "4"]
    figures, printed = bench(tmp_path / "figures.json", *target, "--only", "fanout,poll,post")
    assert list(figures) == ["fanout", "poll", "post"]
    assert server.url in printed


def test_an_unknown_scenario_or_target_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--only", "nothing"], ["--targets", "apache"]):
        with pytest.raises(SystemExit):
            parse(arguments)
        assert "no such" in capsys.readouterr().err


def test_a_server_that_runs_already_is_not_restarted() -> None:
    options = parse(["--url", "http://127.0.0.1:8000"])
    assert options.targets == []
    assert not any(SCENARIOS[name].restarts for name in options.scenarios)


def test_what_the_generator_needs_itself_is_told() -> None:
    command = [sys.executable, "-m", "bench.ceiling", "0.05"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 1 + len(ceiling.EVENTS)
    assert all(0 < float(cost) < 1000 for line in lines[1:] for cost in re.findall(r"([\d.]+) µs", line))
