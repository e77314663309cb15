"""Sessions in the database, asked only for keys that could be one."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


def may_be_key(key: str | None) -> bool:
    """A key from a cookie may hold anything; a NUL in it would be an error of PostgreSQL."""
    return key is not None and key.isascii() and key.isalnum() and 8 <= len(key) <= 40


class SessionStore(DatabaseStore):
    """Django's own."""

    def _validate_session_key(self, key: str | None) -> bool:
        return may_be_key(key)
