"""All pages of the admin, found from its registry, its addresses and what its lists offer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone

ROOT = "/admin/"
AT_ONCE = 50
"""Rows that an action is asked for."""

_NOT_PAGES = {"login", "logout", "autocomplete", "view_on_site"}
_FILTERS = re.compile(r'<nav id="changelist-filter".*?</nav>', re.S)
_LINK = re.compile(r'href="(\?[^"]+)"')
_PICK = re.compile(r'<select name="(\w+)"[^>]*?data-app-label="(\w+)" data-model-name="(\w+)" data-field-name="(\w+)"')
_DAY = re.compile(r'<input type="date" name="(\w+)"')
_ROW = re.compile(r'name="_selected_action" value="(\d+)"')
_ACTION = re.compile(r'<option value="(\w+)">([^<]*)</option>')


class Page(NamedTuple):
    """A page and how it is asked for. `kind`: what it is to a reader of the figures; `data`: of a form."""

    model: str
    kind: str
    url: str
    data: dict[str, Any] | None = None

    def open(self, client: Client) -> Any:
        return client.get(self.url) if self.data is None else client.post(self.url, self.data)


def every_page(client: Client, terms: Sequence[str]) -> Iterator[Page]:
    """All that a superuser can open. `terms`: what is searched for, such as a frequent, a rare and an unknown word."""
    fields: set[tuple[str, str, str]] = set()
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name not in _NOT_PAGES and "<" not in str(pattern.pattern):
            yield Page("", "page", ROOT + str(pattern.pattern))
    for model in admin.site._registry:
        for page in _of_model(client, model, terms):
            yield page
            if page.kind in ("list", "change", "add"):
                fields |= {pick[1:] for pick in _picks(_text(page.open(client)))}
    for place in sorted(fields):
        names = dict(zip(("app_label", "model_name", "field_name"), place, strict=True))
        for term in ("", *terms):
            yield Page("", "autocomplete", f"{ROOT}autocomplete/?{urlencode({**names, 'term': term})}")


def _of_model(client: Client, model: Any, terms: Sequence[str]) -> Iterator[Page]:
    name = f"{model._meta.app_label}/{model._meta.model_name}"
    samples = [_first(model, order) for order in ("pk", "-pk")]
    for route in _routes(f"{name}/"):
        wanted = [re.sub("<[^>]+>", str(pk), route) for pk in dict.fromkeys(samples) if pk] if "<" in route else [route]
        for url in wanted:
            # Some are not for everybody, or lead on: adding what is not added, or the old address of a change.
            if (status := client.get(ROOT + url).status_code) == 200:
                yield Page(name, _kind(route, name), ROOT + url)
            elif status >= 500:
                raise AssertionError(f"{url}: {status}")
    if client.get(f"{ROOT}{name}/").status_code == 200:
        yield from _of_list(client, name, admin.site._registry[model], terms)


def _first(model: Any, order: str) -> Any:
    """The key of a row; None where there is none, or no table: connections are in the memory of processes."""
    keys = model._default_manager.order_by(order).values_list("pk", flat=True)
    return keys.first() if model._meta.managed else None


def _routes(prefix: str) -> list[str]:
    return [
        prefix + str(pattern.pattern)
        for resolver in admin.site.get_urls()
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == prefix
        for pattern in resolver.url_patterns
    ]


def _kind(route: str, name: str) -> str:
    return re.sub("<[^>]+>/", "", route.removeprefix(f"{name}/")).strip("/") or "list"


def _of_list(client: Client, name: str, model_admin: Any, terms: Sequence[str]) -> Iterator[Page]:
    """What a list offers: its filters, orders, next page, search and actions."""
    url = f"{ROOT}{name}/"
    first = _text(client.get(url))
    panel = "".join(_FILTERS.findall(first))
    for link in dict.fromkeys(_LINK.findall(panel)):
        yield Page(name, "filter", url + unescape(link))
    for link in dict.fromkeys(_LINK.findall(first.replace(panel, ""))):
        yield Page(name, "order or page", url + unescape(link))
    narrowed = _values(panel)
    for query in [{field: value} for field, value in narrowed.items()] + ([narrowed] if narrowed else []):
        yield Page(name, "filter", f"{url}?{urlencode(query)}")
    if model_admin.search_fields:
        for term in terms:
            yield Page(name, "search", f"{url}?{urlencode({'q': term})}")
    rows = _ROW.findall(first)[:AT_ONCE]
    for action, label in _ACTION.findall(first):
        # The others act at once, and show no page.
        if rows and (label.endswith("…") or action.startswith("export")):
            chosen = rows[:1] if " one " in label else rows
            yield Page(name, "action", url, {"action": action, "_selected_action": chosen, "index": "0"})


def _picks(html: str) -> list[tuple[str, str, str, str]]:
    """(name, app, model, field) of each choice by search."""
    return _PICK.findall(html)


def _values(panel: str) -> dict[str, str]:
    """Something for each field of a form in the panel of filters."""
    found = {}
    for name, app, model, field in _picks(panel):
        related = apps.get_model(app, model)._meta.get_field(field).related_model
        found[name] = str(related._default_manager.order_by("pk").values_list("pk", flat=True).first())
    for place, name in enumerate(_DAY.findall(panel)):
        found[name] = str(timezone.now().date() - timedelta(days=(90, 30)[place]))
    return found


def _text(response: Any) -> str:
    return str(response.content.decode())
