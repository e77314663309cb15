"""The tests marked `postgresql` once more, on PostgreSQL."""

import os
import subprocess
import sys

import pytest

from tests.support.fleet import Fleet
from tests.support.processes import ROOT

COMMAND = ["-m", "pytest", "-m", "postgresql", "-q", "--create-db", "-p", "no:cacheprovider"]

SERVICES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/unit").glob("test_services_*.py"))
PARTS = {
    "services, first half": SERVICES[::2],
    "services, second half": SERVICES[1::2],
    "all else": ["tests/unit", "--ignore-glob=tests/unit/test_services_*"],
}


@pytest.mark.parametrize("part", PARTS)
def test_services_history_and_access_behave_the_same_on_postgresql(part: str, fleet: Fleet) -> None:
    # A process of its own, because Django knows one default database.
    environment = {**os.environ, "DATABASE_URL": fleet.postgres.url}
    command = [sys.executable, *COMMAND, *PARTS[part]]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-10_000:]
