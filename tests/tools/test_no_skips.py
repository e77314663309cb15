"""With CI=true nothing is skipped, in neither language."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import test as run

ROOT = Path(__file__).resolve().parents[2]
SKIPS = """
import pytest
@pytest.mark.skip(reason="tired")
def test_marked(): pass
def test_called(): pytest.skip("tired")
@pytest.mark.xfail(strict=True)
def test_expected(): assert False
def test_good(): pass
"""


def test_a_skipped_test_has_failed(tmp_path: Path) -> None:
    (tmp_path / "test_skips.py").write_text(SKIPS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    plugins = ["-p", "no:django", "-p", "tools.no_skips"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert "1 failed, 1 passed, 1 xfailed, 1 error" in ended.stdout


@pytest.mark.parametrize(
    ("tap", "good"),
    [
        ("# tests 12\n# skipped 0\n# todo 0\n", True),
        ("# tests 12\n# skipped 1\n# todo 0\n", False),
        ("# tests 12\n# skipped 0\n# todo 1\n", False),
        ("# tests 0\n# skipped 0\n# todo 0\n", False),
    ],
)
def test_node_counts_what_it_left_out(tap: str, good: bool) -> None:
    assert run.all_ran(tap) is good
