"""Sessions in the database, asked only for keys that could be one."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """Django's own. A key from a cookie may hold anything; a NUL in it would be an error of PostgreSQL."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and key.isascii() and key.isalnum() and 8 <= len(key) <= 40
