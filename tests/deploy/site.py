"""Two web processes of the units behind nginx, on PostgreSQL and Valkey: what docs/self-hosting.md sets up."""

import re
from contextlib import ExitStack

from tests.browser.support.site import manage
from tests.deploy.nginx import Nginx
from tests.deploy.ports import lasting_port
from tests.deploy.units import DEPLOY, Unit
from tests.support.fleet import Fleet

OURS = {"SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "REDIS_URL", "DATA_DIR", "ENV_FILE"}
"""Settings of deploy/parley.env that name places; the others are used as they are."""

ENTRIES = 1
"""Log-ins of one address that each process lets through."""


def shipped_settings() -> dict[str, str]:
    """The settings of deploy/parley.env that are the same everywhere."""
    lines = re.findall(r"^([A-Z_]+)=(.*)$", (DEPLOY / "parley.env").read_text(), re.M)
    return {name: value for name, value in lines if name not in OURS}


class Site:
    """Starts everything, or nothing. `unit`: parley-web for uvicorn, parley-daphne for Daphne."""

    def __init__(self, fleet: Fleet, unit: str) -> None:
        self.place = fleet.place(unit, "postgresql", extra={**shipped_settings(), "CHAT_ENTRY_RATE": f"{ENTRIES}/600s"})
        manage(self.place, "collectstatic", "--noinput")
        with ExitStack() as started:
            self.units = [self._unit(unit, started) for _ in range(2)]
            self.nginx = Nginx((self.units[0].port, self.units[1].port), self.place.folder / "static")
            started.callback(self.nginx.remove)
            for one in self.units:
                one.wait_ready()
            self._started = started.pop_all()

    def stop(self) -> None:
        self._started.close()

    def _unit(self, name: str, started: ExitStack) -> Unit:
        unit = Unit(name, lasting_port(), self.place)
        started.callback(unit.stop)
        return unit
