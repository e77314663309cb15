"""Many readers at once: which of them must be admitted anew, though nobody has told of a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .access import Reader
from .models import User
from .sessions import may_be_key

SESSIONS_OF_ONE_QUERY = 500


def doubtful(readers: Iterable[Reader]) -> set[str]:
    """Session keys of the readers that must be admitted anew: their session may have ended, they read by office, or a
    sanction holds everywhere, which nothing in a room's log tells.

    Two queries for each 500 sessions. What changes in a room takes a number of its log, and is found there.
    """
    readers = list(readers)
    people = holders({reader.session_key for reader in readers})
    return {
        one.session_key for one in readers if one.by_office or not _stands(people.get(one.session_key), one.user_id)
    }


def holders(session_keys: Collection[str]) -> dict[str, User]:
    """Whose sessions these are, for those that stand: not run out, an open account, and its present password.

    Two queries for each 500 sessions.
    """
    keys = list(filter(may_be_key, session_keys))
    found: dict[str, User] = {}
    for at in range(0, len(keys), SESSIONS_OF_ONE_QUERY):
        found |= _holders(keys[at : at + SESSIONS_OF_ONE_QUERY])
    return found


def _holders(keys: Collection[str]) -> dict[str, User]:
    stored = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    sessions = {session.session_key: session.get_decoded() for session in stored}
    people = {str(user.pk): user for user in User.objects.filter(is_active=True, pk__in=_ids(sessions.values()))}
    return {
        key: user
        for key, session in sessions.items()
        if (user := people.get(session.get(SESSION_KEY, "")))
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    }


def _stands(user: User | None, user_id: int) -> bool:
    return user is not None and user.pk == user_id and not (user.is_banned or user.is_muted)


def _ids(sessions: Iterable[dict[str, Any]]) -> set[str]:
    return {session[SESSION_KEY] for session in sessions if SESSION_KEY in session}
