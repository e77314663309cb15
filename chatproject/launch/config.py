"""What the launcher is told: the environment, completed by the settings file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import environ

from .problem import Problem

ROOT = Path(__file__).resolve().parents[2]
PORT = 8000


@dataclass(frozen=True)
class Config:
    """Where to listen, what to keep where. `redis_url` is empty when the launcher starts a server of its own."""

    host: str
    port: int
    data_dir: Path
    env_file: Path
    redis_url: str

    @classmethod
    def from_environment(cls) -> Config:
        """Reads ENV_FILE into the environment first; what is set there already wins, as in settings.py."""
        env_file = Path(os.environ.get("ENV_FILE") or ROOT / ".env").resolve()
        if env_file.is_file():
            environ.Env.read_env(env_file)
        return cls(
            host=os.environ.get("HOST") or "127.0.0.1",
            port=port_number(os.environ.get("PORT") or str(PORT)),
            data_dir=Path(os.environ.get("DATA_DIR") or ROOT / "data").resolve(),
            env_file=env_file,
            redis_url=os.environ.get("REDIS_URL", ""),
        )

    @property
    def url(self) -> str:
        """What to type into a browser on this machine."""
        return f"http://{_bracketed(self.near_host)}:{self.port}/"

    @property
    def near_host(self) -> str:
        """The address at which this machine itself reaches the server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound

    def environment(self, inherited: Mapping[str, str], redis_url: str) -> dict[str, str]:
        """The environment of the children."""
        ours = {
            "DATA_DIR": str(self.data_dir),
            "ENV_FILE": str(self.env_file),
            "REDIS_URL": redis_url,
            "DJANGO_SETTINGS_MODULE": "chatproject.settings",
        }
        # Browsers share the cookies of a host over all its ports: each copy needs a log-in of its own.
        apart = {} if self.port == PORT else {"SESSION_COOKIE_NAME": f"sessionid_{self.port}"}
        return apart | dict(inherited) | ours


def port_number(text: str) -> int:
    """`text` as a TCP port. Problem when it is none."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Problem(f"PORT is {text!r}, which is no port: choose a number from 1 to 65535.")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
