"""The tests marked `postgresql` once more, on PostgreSQL."""

import os
import subprocess
import sys

from tests.support.fleet import Fleet
from tests.support.processes import ROOT

COMMAND = ["-m", "pytest", "tests/unit", "-m", "postgresql", "-q", "--create-db", "-p", "no:cacheprovider"]


def test_services_history_and_access_behave_the_same_on_postgresql(fleet: Fleet) -> None:
    # A process of its own, because Django knows one default database.
    environment = {**os.environ, "DATABASE_URL": fleet.postgres.url}
    run = subprocess.run([sys.executable, *COMMAND], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-10_000:]
