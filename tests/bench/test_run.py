"""A small run over everything: figures come out. Nothing is timed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.options import parse
from bench.scenarios import SCENARIOS
from tests.support.processes import ROOT


@pytest.mark.timeout(400)
def test_every_scenario_comes_to_a_figure(tmp_path: Path) -> None:
    out, chart = tmp_path / "figures.json", tmp_path / "chart.svg"
    sizes = ["--clients", "8", "--seconds", "0.1", "--targets", "uvicorn"]
    command = [sys.executable, "-m", "bench", *sizes, "--json", str(out), "--chart", str(chart)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=380, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    figures = {one["scenario"]: one for one in json.loads(out.read_text())["medians"]}
    assert list(figures) == list(SCENARIOS)
    assert {name: one["trouble"] for name, one in figures.items() if one["trouble"]} == {}
    assert all(one["units"] > 0 and one["cpu_us"] > 0 and one["rate"] > 0 for one in figures.values())
    assert {name for name, one in figures.items() if one["p50_ms"]} >= {"fanout", "hold", "send1", "post", "quiet"}
    assert all(figures[name]["more"]["kb_each"] != 0 for name in ("socket-memory", "hold-memory"))
    assert "<svg" in chart.read_text()
    assert all(scenario.title in done.stdout for scenario in SCENARIOS.values())


def test_an_unknown_scenario_or_target_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--only", "nothing"], ["--targets", "apache"]):
        with pytest.raises(SystemExit):
            parse(arguments)
        assert "no such" in capsys.readouterr().err


def test_a_server_that_runs_already_is_not_restarted() -> None:
    options = parse(["--url", "http://127.0.0.1:8000"])
    assert options.targets == []
    assert not any(SCENARIOS[name].restarts for name in options.scenarios)
