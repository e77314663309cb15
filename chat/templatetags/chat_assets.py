"""The import map: modules import each other by plain names, browsers load the hashed files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def importmap(context: dict[str, Any]) -> SafeString:
    """`<script type="importmap">` with the request's nonce; goes before the first module script."""
    nonce = str(context["request"].csp_nonce)
    # The map holds file names of our own, none of which contains a `<`.
    content = mark_safe(_modules())  # noqa: S308
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, content)


def _modules() -> str:
    return _read_modules() if settings.DEBUG else _kept_modules()


@cache
def _kept_modules() -> str:
    return _read_modules()


def _read_modules() -> str:
    root = Path(settings.BASE_DIR, "static")
    names = sorted(str(path.relative_to(root)) for path in (root / "chat" / "js").rglob("*.js"))
    urls = {f"{settings.STATIC_URL}{name}": static(name) for name in names}
    return json.dumps({"imports": {plain: hashed for plain, hashed in urls.items() if plain != hashed}})
