"""A form of a page as a browser would send it back."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client


class _Fields(HTMLParser):
    """Collects the fields of the form that posts to its own page and has a save button or a confirmation."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self._put(self._select, given.get("value") or "")
        elif tag == "input" and name and _is_sent(given):
            self._put(name, given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def _put(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def _is_sent(given: dict[str, str | None]) -> bool:
    kind = given.get("type")
    return kind not in ("submit", "button") and (kind not in ("checkbox", "radio") or "checked" in given)


def text(response: Any) -> str:
    """The page, drawn."""
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def fields(page: str) -> dict[str, list[str]]:
    """Names and values of everything that the page would send."""
    parser = _Fields()
    parser.feed(page)
    return {name: values for name, values in parser.values.items() if "__prefix__" not in name}


def save(client: Client, url: str, **changes: Any) -> Any:
    """Opens a page, changes fields, saves; the answer, which is a redirect when it was accepted."""
    sent: dict[str, Any] = {**fields(text(client.get(url))), "_save": "Save", **changes}
    return client.post(url, {name: value for name, value in sent.items() if value is not None})


def act(client: Client, url: str, action: str, *rows: Any, **more: Any) -> Any:
    """Runs an action on rows of a list."""
    chosen = [str(row.pk) for row in rows]
    return client.post(url, {"action": action, "_selected_action": chosen, "index": "0", **more}, follow=True)


def notes(response: Any) -> list[str]:
    """What the page tells about what was done."""
    return [str(message) for message in response.context["messages"]]
