"""A server that runs already: `--url`, and `--pid` when its CPU is to be counted. Enters it as guests."""

from __future__ import annotations

import re
import secrets
from http.cookies import SimpleCookie
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ..cpu import family
from ..dialects.base import Person, Site
from ..dialects.parley import Parley
from .base import Services, Target

PEOPLE = 8
"""Guests at most: fewer than CHAT_ENTRY_RATE lets in at once."""


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


class GivenTarget(Target):
    """All rooms are one room that everybody may write in."""

    def __init__(self, services: Services, url: str, pids: list[int], room: str) -> None:
        super().__init__(url, Parley(), services)
        self.url = url.rstrip("/")
        self._pids = pids
        self._room = room

    def start(self, people: int) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "http" or not parts.hostname:
            raise SystemExit("Give a URL such as http://127.0.0.1:8000; TLS is not measured.")
        guests = [self._enter() for _ in range(min(people, PEOPLE))]
        self._site = Site((parts.hostname, parts.port or 80), guests)

    @property
    def site(self) -> Site:
        return self._site

    def stop(self) -> None:
        """It was not started here."""

    def restart(self) -> None:
        raise SystemExit("A server that was not started here is not restarted.")

    @property
    def pids(self) -> list[int]:
        return [child for pid in self._pids for child in family(pid)]

    def room(self) -> str:
        return self._room

    def _enter(self) -> Person:
        open_url = build_opener(NoRedirect).open
        with open_url(f"{self.url}/enter/", timeout=10) as page:
            csrf = SimpleCookie(page.headers["Set-Cookie"])["csrftoken"].value
        form = urlencode({"name": f"bench-{secrets.token_hex(4)}", "csrfmiddlewaretoken": csrf}).encode()
        headers = {"Cookie": f"csrftoken={csrf}", "Referer": self.url}
        try:
            open_url(Request(f"{self.url}/enter/guest/", form, headers), timeout=10)  # noqa: S310 - the user's own URL
        except HTTPError as answer:
            lines = "\n".join(answer.headers.get_all("Set-Cookie", []))
            found = {name: re.search(rf"\b{name}=([^;]+)", lines) for name in ("sessionid", "csrftoken")}
            if answer.status == 302 and found["sessionid"]:
                return Person(found["sessionid"][1], found["csrftoken"][1] if found["csrftoken"] else csrf)
            raise SystemExit(f"Cannot enter as a guest: HTTP {answer.status} (CHAT_GUESTS? CHAT_ENTRY_RATE?)") from None
        raise SystemExit("Cannot enter as a guest.")
