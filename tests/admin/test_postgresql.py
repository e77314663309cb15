"""The lists of the admin once more, on PostgreSQL."""

import os
import subprocess
import sys

import pytest

from tests.support.fleet import Fleet
from tests.support.processes import ROOT

FILES = ["tests/admin/test_every_page.py", "tests/admin/test_keyset.py"]
COMMAND = ["-m", "pytest", *FILES, "-k", "not as_sqlite_says", "-q", "--create-db", "-p", "no:cacheprovider"]


@pytest.mark.timeout(400)
def test_every_page_and_all_pages_of_messages_on_postgresql(fleet: Fleet) -> None:
    # A process of its own, because Django knows one default database.
    environment = {**os.environ, "DATABASE_URL": fleet.postgres.url}
    run = subprocess.run([sys.executable, *COMMAND], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-10_000:]
