"""The files for servers name options, settings and commands that exist."""

import re
import shlex
from pathlib import Path

import pytest
import uvicorn
from django.conf import settings
from django.core.management import get_commands

from chat import feed
from chatproject.launch import daphne
from chatproject.servers.daphne import CommandLine

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def commands(unit: Path) -> list[list[str]]:
    """What the unit starts, in words, with `%i` as a port and without the path of Python."""
    text = unit.read_text().replace("\\\n", " ").replace("%i", "8001")
    return [shlex.split(line)[1:] for line in re.findall(r"^ExecStart=(.*)$", text, re.M)]


def settings_named(path: Path) -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", path.read_text(), re.M))


def test_uvicorn_knows_its_options() -> None:
    (words,) = commands(DEPLOY / "systemd" / "parley-web@.service")
    assert words[:2] == ["-m", "chatproject.servers.uvicorn"]
    context = uvicorn.main.make_context("uvicorn", words[2:])
    assert (context.params["host"], context.params["port"]) == ("127.0.0.1", 8001)


def test_daphne_knows_its_options() -> None:
    (words,) = commands(DEPLOY / "systemd" / "parley-daphne@.service")
    assert words[:2] == ["-m", "chatproject.servers.daphne"]
    options = CommandLine().parser.parse_args(words[2:])
    assert options.socket_strings == ["tcp:port=8001:interface=127.0.0.1:backlog=4096"]
    assert options.application == "chatproject.asgi:application"
    limits = (options.websocket_max_message_size, options.websocket_max_frame_size)
    assert limits == (daphne.MAX_MESSAGE, daphne.MAX_FRAME)


def test_daphne_lets_the_longest_batch_out() -> None:
    longest_message = settings.CHAT_MAX_BODY * len("\N{SPEECH BALLOON}".encode()) + 1024
    assert feed.MAX_LIMIT * longest_message < daphne.MAX_MESSAGE


def test_the_nightly_commands_exist() -> None:
    words = commands(DEPLOY / "systemd" / "parley-nightly.service")
    assert words
    assert {word[1] for word in words} <= set(get_commands())


def test_the_settings_of_the_environment_file_exist() -> None:
    assert settings_named(DEPLOY / "parley.env") <= settings_named(ROOT / ".env.example") | {"ENV_FILE"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_is_the_same_installation(unit: Path) -> None:
    text = unit.read_text()
    assert "User=parley\nGroup=parley\nWorkingDirectory=/srv/parley\nEnvironmentFile=/etc/parley/parley.env\n" in text
    assert "%i" not in text or "@" in unit.name


def test_the_proxy_waits_longer_than_the_longest_hold() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    (wait,) = re.findall(r"proxy_read_timeout (\d+)s;", text)
    assert int(wait) > 55


def test_the_guide_names_files_that_exist() -> None:
    named = re.findall(r"`(deploy/[\w./@-]+)`", (ROOT / "docs" / "self-hosting.md").read_text())
    assert named
    assert all((ROOT / name).exists() for name in named)
