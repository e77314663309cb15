"""What settings.py reads from the machine: the secret, the database, static files, the form of the log."""

from __future__ import annotations

import json
import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import environ


def kept_secret(path: Path) -> str:
    """The random key of this installation, made at the first start and readable by its owner alone.

    Written aside and linked into place, so that of two processes that start at once both use the first one's key.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def database(env: environ.Env, data_dir: Path) -> dict[str, Any]:
    """The `default` entry of DATABASES: DATABASE_URL, else SQLite in the data directory."""
    config: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{data_dir}/chat.sqlite3")
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: a read that turns into a write would fail at once, whatever the timeout. FULL: committed means
        # on the disk, power cut included.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA journal_size_limit=67108864;",
        }
        config["TEST"] = {"NAME": str(data_dir / "test.sqlite3")}
        config["CONN_MAX_AGE"] = None
        return config
    # Lanes are threads that stay, so their connections may stay too.
    config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    options.setdefault("connect_timeout", 3)
    options.setdefault(
        "options", "-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000"
    )
    return config


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the traceback when there is one."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)
