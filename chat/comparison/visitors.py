"""Who takes part: guests who come in at the door and leave again, or somebody with a session."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from .http import Answer, Connection

FOUND = 302


class Refused(Exception):
    """The site does not let us do what the comparison needs; says why."""


@dataclass(frozen=True)
class Visitor:
    """Cookies of one person at `url`."""

    url: str
    csrf: str
    session: str = ""
    cookie: str = "sessionid"

    @property
    def headers(self) -> str:
        """The lines of a request that say who asks."""
        session = f"; {self.cookie}={self.session}" if self.session else ""
        return f"Cookie: csrftoken={self.csrf}{session}\r\n"

    @property
    def writing(self) -> str:
        """The same for a request that changes something."""
        return f"{self.headers}X-CSRFToken: {self.csrf}\r\nOrigin: {self.url}\r\nReferer: {self.url}/\r\n"

    async def post_form(self, path: str, **fields: str) -> Answer:
        """Sends a form of a page."""
        connection = Connection(self.url)
        headers = f"{self.writing}Content-Type: application/x-www-form-urlencoded\r\n"
        try:
            return await connection.ask("POST", path, headers, urlencode(fields).encode())
        finally:
            connection.close()


def stranger(url: str, cookie: str = "sessionid") -> Visitor:
    """Somebody without a session. The token need only be the same in the cookie and the header."""
    return Visitor(url, secrets.token_hex(16), cookie=cookie)


async def enter(url: str, cookie: str) -> Visitor:
    """A guest; raises `Refused` when the site lets none in just now."""
    visitor = stranger(url, cookie)
    answer = await visitor.post_form("/enter/guest/", name=f"compare-{secrets.token_hex(4)}")
    kept = SimpleCookie()
    for name, value in answer.headers:
        if name == "set-cookie":
            kept.load(value)
    if answer.status != FOUND or cookie not in kept:
        raise Refused(
            f"{url} lets no guest in (HTTP {answer.status}): guests may be switched off, or too many came in this "
            "minute. Wait a minute, or give a session with --session."
        )
    csrf = kept["csrftoken"].value if "csrftoken" in kept else visitor.csrf
    return Visitor(url, csrf, kept[cookie].value, cookie)


async def leave(guest: Visitor) -> None:
    """Ends the guest's account; a guest who cannot be told of goes when the session has run out."""
    try:
        await guest.post_form("/logout/")
    except OSError:
        return
