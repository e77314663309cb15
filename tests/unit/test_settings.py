"""Every setting is documented, and nothing is documented that is no setting."""

import ast
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

Load = Callable[..., ModuleType]
ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/settings.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()

LAUNCHER = {"HOST", "PORT", "ADMIN_PASSWORD"}
"""Read by `make run` alone."""

NOT_IN_THE_EXAMPLE = {"ENV_FILE"}
"""It says where that file is."""


def read_by_settings() -> dict[str, str]:
    """Variables that the settings read, with the source of the default; empty when it is worked out."""
    found = {}
    for name in ("settings.py", "environment.py"):
        for node in ast.walk(ast.parse((ROOT / "chatproject" / name).read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if ast.unparse(node.func.value) == "env" and node.args and isinstance(node.args[0], ast.Constant):
                default = next((one.value for one in node.keywords if one.arg == "default"), None)
                found[str(node.args[0].value)] = _shown(default)
    return found


def _shown(default: ast.expr | None) -> str:
    """A default as the environment spells it."""
    try:
        value = eval(ast.unparse(default), {"__builtins__": {}}) if default else ""  # noqa: S307 - our own source
    except NameError:
        return ""
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


DEFAULTS = read_by_settings()
DOCUMENTED = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+?) \|", DOCUMENT, re.MULTILINE))
EXAMPLES = dict(re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def test_the_settings_are_found_in_the_source() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "CHAT_LANES", "REDIS_PREFIX"} <= set(DEFAULTS)


def test_every_setting_is_in_the_document_and_nothing_else() -> None:
    assert set(DOCUMENTED) == set(DEFAULTS) | LAUNCHER


def test_every_setting_is_in_the_example_and_nothing_else() -> None:
    assert set(EXAMPLES) == (set(DEFAULTS) | LAUNCHER) - NOT_IN_THE_EXAMPLE


@pytest.mark.parametrize("name", sorted(name for name, default in DEFAULTS.items() if default))
def test_document_and_example_name_the_default_of_the_source(name: str) -> None:
    assert (f"`{DEFAULTS[name]}`" in DOCUMENTED[name], EXAMPLES[name]) == (True, DEFAULTS[name])


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Load]:
    """The settings module, read anew from an environment."""
    for name in DEFAULTS:
        # Set first, so that what the file adds is taken back too.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))
    monkeypatch.setattr(sys, "argv", ["manage.py", "migrate"])

    def from_environment(**environment: str) -> ModuleType:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        spec = importlib.util.spec_from_file_location("chatproject.settings_again", ROOT / "chatproject/settings.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield from_environment


def test_without_any_variable_it_runs_on_its_own(load: Load, tmp_path: Path) -> None:
    settings = load()
    assert settings.DATABASES["default"]["NAME"] == str(tmp_path / "chat.sqlite3")
    assert settings.CHANNEL_LAYERS["default"]["BACKEND"].endswith("InMemoryChannelLayer")
    assert settings.DEBUG is False
    assert settings.ALLOWED_HOSTS == ["localhost", "127.0.0.1", "[::1]"]


def test_runserver_is_for_development(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "runserver"])
    assert load().DEBUG is True
    assert load(DEBUG="false").DEBUG is False


def test_redis_is_met_with_timeouts_that_idle_listeners_survive(load: Load) -> None:
    layer = load(REDIS_URL="redis://127.0.0.1:1/0", REDIS_PREFIX="other").CHANNEL_LAYERS["default"]
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["prefix"] == "other"
    (host,) = layer["CONFIG"]["hosts"]
    assert host["socket_timeout"] > host["health_check_interval"] > 0


def test_the_file_completes_the_environment_and_the_environment_wins(load: Load, tmp_path: Path) -> None:
    (tmp_path / "env").write_text("CHAT_NAME=From the file\nCHAT_LANES=3\n")
    settings = load(CHAT_NAME="From the environment")
    assert (settings.CHAT_NAME, settings.CHAT_LANES) == ("From the environment", 3)


def test_https_makes_cookies_secure(load: Load) -> None:
    plain, secure = load(), load(HTTPS="true")
    assert (plain.SESSION_COOKIE_SECURE, plain.SECURE_PROXY_SSL_HEADER) == (False, None)
    assert secure.SESSION_COOKIE_SECURE and secure.CSRF_COOKIE_SECURE and secure.SECURE_HSTS_SECONDS
    assert secure.SECURE_PROXY_SSL_HEADER == ("HTTP_X_FORWARDED_PROTO", "https")


def test_scripts_and_styles_come_from_here_alone(load: Load) -> None:
    directives = load().CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert not [
        value for values in directives.values() for value in values if "unsafe" in str(value) or "http" in str(value)
    ]
