"""The files for servers name options, settings and commands that exist."""

import re
from pathlib import Path

import pytest
import uvicorn
from django.conf import settings
from django.core.management import get_commands

from chat import feed
from chatproject.launch import daphne
from chatproject.servers.daphne import CommandLine
from tests.deploy.units import DEPLOY, UNITS, commands
from tests.support.processes import ROOT


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


@pytest.mark.parametrize("name", ["parley-web", "parley-daphne"])
def test_a_restart_waits_until_the_process_serves(name: str) -> None:
    assert "\nType=notify\n" in (DEPLOY / "systemd" / f"{name}@.service").read_text()


def test_the_nightly_commands_exist() -> None:
    words = commands(DEPLOY / "systemd" / "parley-nightly.service")
    assert words
    assert {word[1] for word in words} <= set(get_commands())


def test_the_settings_of_the_environment_file_exist() -> None:
    assert settings_named(DEPLOY / "parley.env") <= settings_named(ROOT / ".env.example") | {"ENV_FILE"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_is_the_same_installation(unit: Path) -> None:
    text = unit.read_text()
    assert "\nUser=parley\nGroup=parley\nWorkingDirectory=/srv/parley\nEnvironmentFile=/etc/parley/parley.env\n" in text
    assert "%i" not in text or "@" in unit.name


def test_the_proxy_waits_longer_than_the_longest_hold() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    (wait,) = re.findall(r"proxy_read_timeout (\d+)s;", text)
    assert int(wait) > 55


def test_the_guide_names_files_that_exist() -> None:
    named = re.findall(r"`(deploy/[\w./@-]+)`", (ROOT / "docs" / "self-hosting.md").read_text())
    assert named
    assert all((ROOT / name).exists() for name in named)
