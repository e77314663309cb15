"""System checks: a wrong setting is a line with a hint."""

from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from chat import checks


def ids(found: Any) -> list[str]:
    assert all(one.hint for one in found)
    return [one.id for one in found]


def test_the_settings_as_they_come_have_nothing_to_complain_of() -> None:
    assert [one for one in run_checks() if (one.id or "").startswith("chat.")] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHAT_HEARTBEAT_S", 0),
        ("CHAT_HEARTBEAT_S", 56),
        ("CHAT_POSITION_CHECK_S", 0),
        ("CHAT_ACCESS_CHECK_S", 0),
        ("CHAT_LANES", 0),
        ("CHAT_PAGE_LANES", 1000),
        ("CHAT_WINDOW", 0),
        ("CHAT_PAGE", 201),
        ("CHAT_MAX_BODY", 4001),
        ("CHAT_UNSEEN_MESSAGES", 99),
        ("CHAT_UNSEEN_BYTES", 1),
        ("CHAT_SEEN_TIMEOUT_S", 0),
        ("CHAT_HEARTBEAT_S", float("nan")),
    ],
)
def test_a_number_out_of_bounds_is_an_error(name: str, value: float, settings: Settings) -> None:
    setattr(settings, name, value)
    (found,) = checks.numbers_in_range()
    assert (found.id, name in found.msg, bool(found.hint)) == ("chat.E001", True, True)


@pytest.mark.parametrize("name", ["CHAT_SEND_RATE", "CHAT_REPORT_RATE", "CHAT_ENTRY_RATE"])
def test_a_rate_that_cannot_be_read_is_an_error(name: str, settings: Settings) -> None:
    setattr(settings, name, "fast")
    assert ids(checks.rates_readable()) == ["chat.E002"]


def test_a_sync_only_middleware_is_an_error(settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.unit.test_checks.SyncOnly"]
    (found,) = checks.middleware_is_async()
    assert (found.id, "SyncOnly" in found.msg) == ("chat.E003", True)


@pytest.mark.parametrize(("debug", "found"), [(False, ["chat.E004"]), (True, [])])
def test_a_host_of_any_name_is_an_error_outside_of_development(
    debug: bool, found: list[str], settings: Settings
) -> None:
    settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], debug
    assert ids(checks.hosts_named()) == found


@pytest.mark.parametrize(
    ("engine", "redis_url", "found"),
    [
        ("django.db.backends.postgresql", "", ["chat.W001"]),
        ("django.db.backends.postgresql", "redis://127.0.0.1", []),
        ("django.db.backends.sqlite3", "", []),
    ],
)
def test_postgresql_without_redis_is_a_warning(
    engine: str, redis_url: str, found: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = redis_url
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", engine)
    assert ids(checks.several_processes()) == found


@pytest.mark.parametrize(("form", "found"), [("text", []), ("json", []), ("xml", ["chat.E005"])])
def test_an_unknown_form_of_the_log_is_an_error(form: str, found: list[str], settings: Settings) -> None:
    settings.LOG_FORMAT = form
    assert ids(checks.log_format_known()) == found


class SyncOnly:
    """A middleware that cannot wait."""

    sync_capable = True
    async_capable = False
