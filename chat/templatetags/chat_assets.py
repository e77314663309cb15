"""The scripts of the room page: modules import each other by plain names, browsers load the hashed files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# With white space or without. What `import(…)` names comes later and is not meant.
STATIC_IMPORT = re.compile(r"""(?:^|[;}])\s*(?:import|export)\b[^;"'()]*["'](\.{1,2}/[^"']+)["']""", re.M)


@register.simple_tag(takes_context=True)
def importmap(context: dict[str, Any]) -> SafeString:
    """`<script type="importmap">` with the request's nonce; goes before everything that loads a module."""
    nonce = str(context["request"].csp_nonce)
    # The map holds file names of our own, none of which contains a `<`.
    content = mark_safe(_modules.__wrapped__() if settings.DEBUG else _modules())  # noqa: S308
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, content)


@register.simple_tag
def modulepreloads(via: str) -> SafeString:
    """A `<link>` for each module that a page with this transport starts with, so that they come in one round."""
    return _preloads.__wrapped__(via) if settings.DEBUG else _preloads(via)


def starting_modules(folder: Path, via: str) -> list[str]:
    """Paths below `folder`, which holds `main.js`: that, the transport, and all that they import, each once."""
    found: list[str] = []
    left = ["main.js", f"transports/{via}.js"]
    while left:
        name = left.pop(0)
        if name not in found:
            found.append(name)
            left.extend(_imports(folder, name))
    return found


def _imports(folder: Path, name: str) -> Iterator[str]:
    for match in STATIC_IMPORT.finditer((folder / name).read_text()):
        yield normpath(join(dirname(name), match[1]))


@cache
def _modules() -> str:
    names = sorted(path.relative_to(_sources()).as_posix() for path in _sources().rglob("*.js"))
    urls = {f"{settings.STATIC_URL}chat/js/{name}": static(f"chat/js/{name}") for name in names}
    return json.dumps({"imports": {plain: hashed for plain, hashed in urls.items() if plain != hashed}})


@cache
def _preloads(via: str) -> SafeString:
    names = [name for name in starting_modules(_sources(), via) if name != "main.js"]  # which has its own tag
    return format_html_join(
        "\n    ", '<link rel="modulepreload" href="{}">', ((static(f"chat/js/{name}"),) for name in names)
    )


def _sources() -> Path:
    return Path(settings.BASE_DIR, "static", "chat", "js")
