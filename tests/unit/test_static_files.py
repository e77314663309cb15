"""What browsers get: hashed scripts without comments, in one round, below the weight that is allowed."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import rjsmin  # type: ignore[import-untyped]
from django.core.management import call_command
from django.template import Context, Template
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from chat.templatetags import chat_assets
from tools import node

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "static" / "chat" / "js"
ALLOWED = 60_000  # bytes of script that a room page may load before anybody does anything
VIAS = ["websocket", "longpoll", "poll"]


@pytest.fixture(scope="module")
def stripped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's scripts and their tests, with the scripts as they are collected."""
    root = tmp_path_factory.mktemp("stripped")
    for name in ("tests/js", "tests/wire", "static/chat/js"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "package.json", root)
    for path in root.glob("static/**/*.js"):
        path.write_text(rjsmin.jsmin(path.read_text()))
    return root


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The folder of hashed files that servers hand out."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "chatproject.static_files.HashedStaticFilesStorage"},
    }
    for kept in (chat_assets._modules, chat_assets._preloads):
        kept.cache_clear()
    call_command("collectstatic", interactive=False, verbosity=0)
    yield tmp_path
    for kept in (chat_assets._modules, chat_assets._preloads):
        kept.cache_clear()


def head(via: str) -> str:
    """What the room page says about its scripts."""
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    template = Template("{% load chat_assets %}{% importmap %}{% modulepreloads via %}")
    return template.render(Context({"request": request, "via": via}))


def import_map(page: str) -> dict[str, str]:
    found = re.search(r'<script type="importmap" nonce="n0nce">(.*?)</script>', page)
    assert found
    return dict(json.loads(found[1])["imports"])


@pytest.mark.parametrize("via", VIAS)
def test_a_room_page_starts_with_less_script_than_is_allowed(collected: Path, via: str) -> None:
    urls = import_map(head(via))
    names = chat_assets.starting_modules(collected / "chat" / "js", via)
    files = [collected / urls[f"/static/chat/js/{name}"].removeprefix("/static/") for name in names]
    assert sum(file.stat().st_size for file in files) < ALLOWED


@pytest.mark.parametrize("via", VIAS)
def test_what_a_page_starts_with_is_preloaded_once_by_its_hashed_name(collected: Path, via: str) -> None:
    page = head(via)
    urls = import_map(page)
    loaded = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
    names = chat_assets.starting_modules(collected / "chat" / "js", via)
    assert sorted(loaded) == sorted(urls[f"/static/chat/js/{name}"] for name in names if name != "main.js")


def test_every_module_is_mapped_to_a_file_that_its_content_names(collected: Path) -> None:
    urls = import_map(head("poll"))
    assert set(urls) == {f"/static/chat/js/{path.relative_to(SOURCES).as_posix()}" for path in SOURCES.rglob("*.js")}
    for plain, hashed in urls.items():
        file = collected / hashed.removeprefix("/static/")
        assert hashed != plain
        assert file.read_text() == rjsmin.jsmin((ROOT / plain.removeprefix("/")).read_text())


def test_scripts_of_others_are_left_alone(collected: Path) -> None:
    assert "/*" in (collected / "admin" / "js" / "actions.js").read_text()


def test_parts_that_can_wait_are_not_among_the_first() -> None:
    first = chat_assets.starting_modules(SOURCES, "websocket")
    later = {"ui/actions.js", "ui/dialogs.js", "ui/editor.js", "ui/rail.js", "ui/sheet.js", "transports/poll.js"}
    assert later.isdisjoint(first)
    assert {"client.js", "wire.js", "ui/log.js", "transports/websocket.js"} < set(first)


def test_imports_are_seen_with_white_space_and_without() -> None:
    source = """
        // @ts-check
        /** @import { Not } from "./types.js" */
        import { a } from "./a.js";
        import {
          b,
        } from "../b.js";
        import "./c.js";
        export { d } from "./d.js";
        export const e = 1;
        const later = () => import("./later.js");
    """
    wanted = ["./a.js", "../b.js", "./c.js", "./d.js"]
    assert chat_assets.STATIC_IMPORT.findall(source) == wanted
    assert chat_assets.STATIC_IMPORT.findall(rjsmin.jsmin(source)) == wanted


def test_what_is_loaded_later_can_be_loaded_again() -> None:
    """Each of them by the name of the file that it is."""
    later = re.compile(r"""(?:retried\(\s*"([^"]+)",\s*\(\) => )?\bimport\("([^"]+)"\)(?!\.\w)""")
    found = [(path, *names) for path in SOURCES.rglob("*.js") for names in later.findall(path.read_text())]
    assert len(found) > 20
    wrong = [(path, plain) for path, name, plain in found if (path.parent / plain).resolve() != SOURCES / name]
    assert wrong == []


def test_stripped_scripts_do_what_their_sources_do(stripped: Path) -> None:
    command = [node.NODE, "--test", "--test-reporter=dot", "tests/js/**/*.test.js"]
    run = subprocess.run(command, cwd=stripped, env=dict(os.environ), capture_output=True, text=True, timeout=100)
    assert run.returncode == 0, run.stdout + run.stderr
