"""Who a session is of, for many sends at once.

Every send asks the database whether its session still stands. That takes one statement for all sends of a batch, but
`access.session_user` also checks two signatures, which costs 700 µs with its queries. It is asked once: as long as the
database holds the same strings as then, and the time of the session has not run out, its answer is the same.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from .. import access
from ..errors import NotAuthenticated
from ..models import User
from ..sessions import may_be_key
from .columns import Columns, Row, asked, read

MAX_KNOWN = 10_000
"""Sessions, at some 2 KB each; past it the oldest is forgotten, and costs the full check at its next send."""

_ACCOUNT = ("id", "password", "session_round", "is_superuser", "username", "is_staff", "is_active", "is_guest")
_SANCTIONS = ("muted_until", "mute_reason", "banned_until", "ban_reason")
_PERSON = Columns(User, *_ACCOUNT, *_SANCTIONS)
"""All that access decides by: when one of these changes, the person is looked at anew."""


class Known(NamedTuple):
    """What was checked: the key that signs, the text of the session, and the columns of its person."""

    secret: str
    session: str
    row: Row
    user: User


_known: dict[str, Known] = {}


def people_of(session_keys: Collection[str]) -> dict[str, User | NotAuthenticated]:
    """The person behind each session, or why there is none."""
    known = [(key, found.user.pk) for key in session_keys if (found := _known.get(key))]
    rows = {key: (session, tuple(row)) for key, session, *row in _rows(known)} if known else {}
    return {key: _unchanged(key, *rows.get(key, ("", ()))) or _person(key) for key in session_keys}


def _rows(known: list[tuple[str, int]]) -> list[Row]:
    """(key, text, columns of the person) of sessions that have not run out."""
    table, values = asked("session_key, user_id", known)
    return read(
        f"{table} SELECT s.session_key, s.session_data, {_PERSON.sql} FROM asked"  # noqa: S608 - names of our own
        " JOIN django_session s ON s.session_key = asked.session_key JOIN chat_user ON chat_user.id = asked.user_id"
        " WHERE s.expire_date > %s",
        [*values, connection.ops.adapt_datetimefield_value(timezone.now())],
    )


def _unchanged(key: str, session: str, row: Row) -> User | None:
    known = _known.get(key)
    if known and known[:3] == (settings.SECRET_KEY, session, row):
        return known.user
    return None


def _person(key: str) -> User | NotAuthenticated:
    """Asks Django, and keeps the answer when the session stayed the same meanwhile."""
    _known.pop(key, None)
    before = _session(key)
    try:
        user = access.session_user(key)
    except NotAuthenticated as problem:
        return problem
    # Permissions of staff are kept on the instance, and may change any time.
    if before and not user.is_staff:
        _remember(key, before, user)
    return user


def _remember(key: str, before: str, user: User) -> None:
    """Keeps the person with the row as the database gives it, when that still says what they were checked by."""
    for _key, session, *columns in _rows([(key, user.pk)]):
        row = tuple(columns)
        if session != before or not _says(row, user):
            return
        if len(_known) >= MAX_KNOWN:
            _known.pop(next(iter(_known)), None)
        _known[key] = Known(settings.SECRET_KEY, session, row, user)


def _says(row: Row, user: User) -> bool:
    stored = _PERSON.instance(row)
    return all(getattr(stored, name) == getattr(user, name) for name in _PERSON.names)


def _session(key: str) -> str | None:
    stored = Session.objects.filter(session_key=key).values_list("session_data", flat=True)
    return stored.first() if may_be_key(key) else None
