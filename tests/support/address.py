"""Where a page connects to: a server itself, or something that stands before it."""

from typing import Protocol


class Address(Protocol):
    """`host` is the authority ("127.0.0.1:8000"), `url` the origin ("http://127.0.0.1:8000")."""

    @property
    def host(self) -> str: ...
    @property
    def url(self) -> str: ...
