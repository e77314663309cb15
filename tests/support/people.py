"""Who uses the chat in a test, and what a page of theirs sends over HTTP."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.address import Address

REQUEST_S = 30


class Refused(Exception):
    """An answer or a close that refuses; `status` is the HTTP status or the close code."""

    def __init__(
        self, code: str, status: int, retry_after: float | None = None, said: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code} ({status})")
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.said = said or {}


@dataclass(frozen=True)
class Person:
    """Somebody with an open session; `session` is empty for a stranger."""

    id: int
    name: str
    session: str
    csrf: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser has kept."""
        return {"csrftoken": self.csrf} | ({"sessionid": self.session} if self.session else {})

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


STRANGER = Person(0, "", "")


class Browser:
    """The HTTP side of one page: the person's cookies, their CSRF token, the page's own Origin."""

    def __init__(self, server: Address, person: Person) -> None:
        self.person = person
        headers = {"Origin": server.url, "X-CSRFToken": person.csrf, "Cookie": person.cookie_header}
        # No certificates to check: making the context for them takes longer than most tests.
        self._client = httpx.AsyncClient(
            base_url=server.url, headers=headers, timeout=REQUEST_S, verify=False, trust_env=False
        )

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The raw answer."""
        return await self._client.request(method, path, **options)

    async def call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """The decoded answer of a request that is accepted; Refused otherwise."""
        answer = await self.ask(method, path, **options)
        said: dict[str, Any] = answer.json()
        if answer.is_success:
            return said
        raise Refused(said["error"]["code"], answer.status_code, said.get("retry_after"), said)

    async def post(self, slug: str, key: str, body: str, reply_to: int | None = None) -> dict[str, Any]:
        """The stored message."""
        sent = {"key": key, "body": body, "reply_to": reply_to}
        message: dict[str, Any] = (await self.call("POST", f"/api/rooms/{slug}/messages", json=sent))["message"]
        return message

    async def edit(self, slug: str, seq: int, body: str) -> dict[str, Any]:
        """The message in its new state."""
        answer = await self.call("PATCH", f"/api/rooms/{slug}/messages/{seq}", json={"body": body})
        message: dict[str, Any] = answer["message"]
        return message

    async def delete(self, slug: str, seq: int) -> dict[str, Any]:
        """The tombstone."""
        message: dict[str, Any] = (await self.call("DELETE", f"/api/rooms/{slug}/messages/{seq}"))["message"]
        return message

    async def not_invalid(self, path: str, queries: Iterable[str]) -> dict[str, str]:
        """What queries of a path were answered with, where that is anything but `invalid` with 400."""
        wrong = {}
        for query in queries:
            answer = await self.ask("GET", f"{path}?{query}")
            if (answer.status_code, answer.json().get("error", {}).get("code")) != (400, "invalid"):
                wrong[query] = f"{answer.status_code} {answer.text[:200]}"
        return wrong

    async def close(self) -> None:
        await self._client.aclose()
