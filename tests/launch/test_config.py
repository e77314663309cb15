"""What the launcher reads from the environment and the settings file."""

from pathlib import Path

import pytest

from chatproject.launch.config import Config, port_number
from chatproject.launch.problem import Problem


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOST", "PORT", "DATA_DIR", "REDIS_URL"):
        # Set first, so that what the settings file adds is taken back too.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))


def test_without_settings_it_listens_on_loopback_alone() -> None:
    config = Config.from_environment()
    assert (config.host, config.port, config.redis_url) == ("127.0.0.1", 8000, "")
    assert config.url == "http://127.0.0.1:8000/"


def test_the_settings_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("PORT=8123\nREDIS_URL=redis://127.0.0.1:6379/1\n")
    config = Config.from_environment()
    assert (config.port, config.redis_url) == (8123, "redis://127.0.0.1:6379/1")


def test_the_environment_wins_over_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "env").write_text("PORT=8123\n")
    monkeypatch.setenv("PORT", "8124")
    assert Config.from_environment().port == 8124


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80 ", "eight", "٨٠٠٠", ""])
def test_what_is_no_port_is_a_problem(text: str) -> None:
    with pytest.raises(Problem, match="PORT is"):
        port_number(text)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("10.0.0.7", "http://10.0.0.7:8000/"),
    ],
)
def test_the_address_is_one_that_works_on_this_machine(host: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", host)
    assert Config.from_environment().url == url


def test_two_copies_keep_their_log_ins_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Config.from_environment().environment({}, "")
    monkeypatch.setenv("PORT", "8001")
    second = Config.from_environment().environment({}, "")
    assert "SESSION_COOKIE_NAME" not in first
    assert second["SESSION_COOKIE_NAME"] == "sessionid_8001"


def test_a_chosen_cookie_name_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8001")
    children = Config.from_environment().environment({"SESSION_COOKIE_NAME": "mine"}, "")
    assert children["SESSION_COOKIE_NAME"] == "mine"
