"""What the settings read from the machine."""

import json
import logging
import stat
import sys
from pathlib import Path

import environ
import pytest

from chatproject.environment import JsonFormatter, database, kept_secret


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "secret")
    assert len(first) >= 50
    assert kept_secret(tmp_path / "secret") == first


def test_two_installations_have_two_secrets(tmp_path: Path) -> None:
    assert kept_secret(tmp_path / "one") != kept_secret(tmp_path / "two")


def test_a_secret_is_readable_by_its_owner_alone_and_leaves_no_draft(tmp_path: Path) -> None:
    kept_secret(tmp_path / "secret")
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_of_two_who_make_one_at_once_both_use_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"

    def other_process(*args: object) -> str:
        path.write_text("the other one's")
        return "ours"

    monkeypatch.setattr("secrets.token_urlsafe", other_process)
    assert kept_secret(path) == "the other one's"


def test_sqlite_in_the_data_directory_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    config = database(environ.Env(), tmp_path)
    assert (config["ENGINE"], config["NAME"]) == ("django.db.backends.sqlite3", str(tmp_path / "chat.sqlite3"))


def test_sqlite_locks_at_once_and_writes_through_to_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite3")
    options = database(environ.Env(), tmp_path)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"] and "synchronous=FULL" in options["init_command"]


def test_postgresql_has_timeouts_and_keeps_its_connections(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://chat:pass@db.example:5433/chat?sslmode=require&connect_timeout=9")
    config = database(environ.Env(), tmp_path)
    assert (config["HOST"], config["PORT"], config["CONN_MAX_AGE"], config["CONN_HEALTH_CHECKS"]) == (
        "db.example",
        5433,
        60,
        True,
    )
    assert config["OPTIONS"]["sslmode"] == "require"
    assert int(config["OPTIONS"]["connect_timeout"]) == 9, "what the URL says wins"
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        assert f"-c {limit}=" in config["OPTIONS"]["options"]


def test_a_log_line_as_json_is_one_object() -> None:
    record = logging.LogRecord("chat.hub", logging.WARNING, __file__, 1, "Room %s:\n%s", (7, "“gone”"), None)
    entry = json.loads(JsonFormatter().format(record))
    assert (entry["level"], entry["logger"], entry["message"]) == ("WARNING", "chat.hub", "Room 7:\n“gone”")
    assert "\n" not in JsonFormatter().format(record)


def test_a_traceback_travels_with_its_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.LogRecord("chat", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    assert "ValueError: broken" in json.loads(JsonFormatter().format(record))["exception"]
