"""The site under test: a real server with its static files collected, as people get it."""

import subprocess
import sys

from tests.support.fleet import Fleet
from tests.support.processes import ROOT
from tests.support.servers import Place, Server


def manage(place: Place, *command: str) -> None:
    """A command of manage.py on the data of a place."""
    line = [sys.executable, "manage.py", *command, "--verbosity", "0"]
    done = subprocess.run(line, cwd=ROOT, env=place.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def start_site(fleet: Fleet) -> Server:
    """Daphne on SQLite with demo rooms."""
    place = fleet.place("browser", "sqlite")
    manage(place, "collectstatic", "--noinput")
    manage(place, "seed_demo")
    return fleet.extra_server("daphne", place)
