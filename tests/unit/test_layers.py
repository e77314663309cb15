"""Who may import whom: the arrows of the architecture, read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ALLOWED = {
    "text": {"errors"},
    "wire": {"errors"},
    "models": {"wire", "text"},
    "sanctions": {"models"},
    "access": {"models", "sanctions", "wire", "errors"},
    "history": {"models", "wire", "errors"},
    "exports": {"models"},
    "room_exports": {"exports", "models", "wire"},
    "statistics": {"models"},
    "overview": {"access", "history", "models", "wire"},
    "roster": {"access", "models", "text", "wire", "errors"},
    "window": {"wire"},
    "futures": set(),
    "source": {"wire"},
    "connections": set(),
    "subscription": {"connections", "futures", "window", "wire"},
    "channel": {"subscription", "window", "wire"},
    "fanout": {"wire"},
    "pauses": set(),
    "reconnects": set(),
    "listener": {"fanout", "pauses", "reconnects"},
    "census": {"connections", "hub"},
    "registrar": {"census", "fanout", "hub"},
    "upkeep": {"connections", "fanout", "hub", "listener", "registrar"},
    "revalidation": {"access", "models", "sessions"},
    "admitting": {"access", "futures", "lanes", "models", "revalidation", "wire", "errors"},
    "admissions": {"channel", "fanout", "subscription"},
    "orders": {"admissions", "connections", "fanout"},
    "hub": {
        *("admissions", "channel", "connections", "fanout", "orders", "pauses", "source", "subscription", "wire"),
        "errors",
    },
    "lanes": {"errors"},
    "limits": {"errors"},
    "addresses": set(),
    "errors": set(),
    "services": {"access", "fanout", "models", "sessions", "text", "wire", "errors"},
    "sending": {"futures", "lanes", "services", "errors"},
    "signals": {"fanout", "models"},
    "feed": {
        "access",
        "history",
        "hub",
        "lanes",
        "registrar",
        "revalidation",
        "sending",
        "subscription",
        "upkeep",
        "window",
        "wire",
    },
    "following": {"access", "feed", "subscription", "wire", "errors"},
    "forms": {"models", "text", "wire", "errors"},
    "checks": {"limits"},
    "apps": {"checks", "signals"},
    "health": {"feed", "lanes"},
    "transports": {
        "access",
        "addresses",
        "admissions",
        "admitting",
        "connections",
        "feed",
        "following",
        "history",
        "lanes",
        "limits",
        "models",
        "overview",
        "roster",
        "sending",
        "services",
        "wire",
        "errors",
    },
    "pages": {"overview", "models", "sanctions", "transports", "wire", "errors"},
    "room_pages": {
        "access",
        "addresses",
        "forms",
        "models",
        "overview",
        "pages",
        "roster",
        "services",
        "wire",
        "errors",
    },
    "account_pages": {"addresses", "forms", "limits", "models", "pages", "services", "errors"},
    "admin": {
        "access",
        "census",
        "connections",
        "exports",
        "feed",
        "forms",
        "history",
        "lanes",
        "models",
        "overview",
        "pages",
        "room_exports",
        "sanctions",
        "services",
        "statistics",
        "text",
        "wire",
        "errors",
    },
    "admin_site": {"pages", "errors"},
    "sessions": set(),
    "comparison": set(),
    "management": {"comparison", "exports", "room_exports", "services", "models", "text"},
    "templatetags": set(),
    "migrations": {"models"},
    "guide": set(),
    "lab_pages": {"access", "guide", "overview", "pages", "services", "wire"},
    "urls": {"pages", "room_pages", "account_pages", "lab_pages"},
    "routing": {"transports"},
}
"""What each module or package of `chat` may import from `chat`; nothing here is imported by what it imports."""

PUBLISHERS = {"services", "signals"}


def imports_of(path: Path, package: str) -> Iterator[str]:
    """Full names of what a file imports, relative ones resolved against its package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def modules(root: Path) -> Iterator[tuple[str, Path, str]]:
    """(part, file, package) of every file of the application."""
    for path in sorted((root / "chat").rglob("*.py")):
        names = path.relative_to(root).with_suffix("").parts
        if len(names) > 2 or names[1] != "__init__":
            yield names[1], path, ".".join(names[:-1])


def violations(root: Path) -> list[str]:
    """`a imports b`, for each import that the architecture does not allow."""
    found = []
    for part, path, package in modules(root):
        for name in imports_of(path, package):
            parts = name.split(".")
            if parts[0] == "chatproject":
                found.append(f"{part} imports chatproject")
            if parts[0] == "chat" and len(parts) > 1 and parts[1] not in {part, *ALLOWED.get(part, ())}:
                found.append(f"{part} imports {parts[1]}")
    return found


def publishers(root: Path) -> set[str]:
    """Parts that name `fanout.publish`."""
    return {
        part
        for part, path, _package in modules(root)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "publish" and ast.unparse(node.value) == "fanout"
    }


def test_every_import_is_one_that_the_architecture_allows() -> None:
    assert violations(ROOT) == []


def test_every_module_has_its_place_in_the_architecture() -> None:
    assert {part for part, _path, _package in modules(ROOT)} - set(ALLOWED) == set()


def test_the_arrows_make_no_circle() -> None:
    seen: list[str] = []

    def visit(part: str, way: tuple[str, ...]) -> None:
        assert part not in way, " → ".join((*way, part))
        if part not in seen:
            for other in ALLOWED[part]:
                visit(other, (*way, part))
            seen.append(part)

    for part in ALLOWED:
        visit(part, ())


def test_only_services_and_signals_publish() -> None:
    assert publishers(ROOT) == PUBLISHERS


def test_only_the_feed_joins_history_and_the_hub() -> None:
    joined = {part for part, needs in ALLOWED.items() if {"history", "hub"} <= needs}
    assert joined == {"feed"}


def test_the_project_imports_the_application_and_no_test() -> None:
    for path in [*(ROOT / "chat").rglob("*.py"), *(ROOT / "chatproject").rglob("*.py")]:
        assert not any(name.split(".")[0] in ("tests", "tools") for name in imports_of(path, "")), path


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("hub.py", "from .models import Room", "hub imports models"),
        ("hub.py", "from . import history", "hub imports history"),
        ("hub.py", "import chat.access", "hub imports access"),
        ("wire/objects.py", "from chat import models", "wire imports models"),
        ("services/log.py", "from ..feed import hub", "services imports feed"),
        ("services/log.py", "def late():\n    from .. import transports", "services imports transports"),
        ("transports/poll.py", "from ..hub import Hub", "transports imports hub"),
        ("access.py", "from chatproject import settings", "access imports chatproject"),
    ],
)
def test_a_planted_violation_is_found(file: str, line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "chat" / file
    path.parent.mkdir(parents=True)
    path.write_text(line)
    assert violations(tmp_path) == [said]


def test_a_planted_publisher_is_found(tmp_path: Path) -> None:
    (tmp_path / "chat").mkdir()
    (tmp_path / "chat" / "feed.py").write_text("from . import fanout\nfanout.publish(1)")
    assert publishers(tmp_path) == {"feed"}
