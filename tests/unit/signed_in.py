"""Sessions as a log-in makes them."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from chat.models import User


def session_store(key: str | None = None) -> Any:
    """A session of the configured engine."""
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def session_of(user: User) -> str:
    """The key of a new session of theirs."""
    session = session_store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
