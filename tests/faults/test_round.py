"""A short round of the lab: each kind of fault once, over real servers, PostgreSQL and Valkey."""

import os
import secrets
import subprocess
import sys

import pytest

from tests.support.processes import ROOT

pytestmark = pytest.mark.alone

SEED = os.environ.get("FAULTS_SEED") or str(secrets.randbelow(10**6))
"""Another one each time; what failed says with which, in the command that repeats it."""

ROUND_S = 280


@pytest.mark.timeout(ROUND_S + 20)
def test_every_promise_is_kept_while_everything_breaks() -> None:
    command = [sys.executable, "-m", "faults", "--short", "--seed", SEED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=ROUND_S, check=False)
    print(done.stdout)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-8000:]}"
