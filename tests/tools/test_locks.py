"""The locks install what they say, wherever they were made."""

import re
from pathlib import Path

import pytest

from tools import vendor_free

ROOT = Path(__file__).resolve().parents[2]
FIXED = {"django", "channels", "daphne", "channels-redis", "pytest-django"}


def pins(lock: str) -> dict[str, set[str]]:
    """Versions by package name; a package may have several, for several platforms."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", (ROOT / lock).read_text(), re.M):
        found.setdefault(name, set()).add(version)
    return found


def test_the_runtime_lock_has_what_the_project_stands_on() -> None:
    assert set(pins("requirements.txt")) >= FIXED


def test_the_development_lock_has_the_same_versions() -> None:
    development = pins("requirements-dev.txt")
    assert {name: development.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_version_has_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    packages = re.split(r"^(?=[a-z])", text, flags=re.M)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)


def test_redis_py_stays_below_the_version_that_ends_idle_readers() -> None:
    assert {version.split(".")[0] for version in pins("requirements.txt")["redis"]} == {"7"}


def test_pages_and_locks_name_no_other_host() -> None:
    assert vendor_free.report()
