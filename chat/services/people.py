"""People: guests, accounts, names."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..errors import Forbidden, Invalid
from ..models import User
from ..text import clean_name


def enter_as_guest(name: str) -> User:
    """A new guest with this nickname; raises `Forbidden` when guests are off, `Invalid` when the name is taken."""
    if not settings.CHAT_GUESTS:
        raise Forbidden(_("This place is not open to guests."))
    return _new_person(name, guest=True, password=None)


def sign_up(name: str, password: str | None) -> User:
    """A new account; raises `Invalid` when the name is taken. Without a password nobody can log in to it."""
    return _new_person(name, guest=False, password=password)


def rename_person(user: User, name: str) -> User:
    """Another name for a person; raises `Invalid` when it is taken."""
    fresh = User.objects.get(pk=user.pk)
    fresh.username = clean_name(name)
    _save_named(fresh, update_fields=["username"])
    user.username = fresh.username
    return user


def retire_guest(user: User) -> None:
    """Ends a guest's account: what was written stays under the name, which is free for others again."""
    user.username = f"{user.username} #{secrets.token_hex(4)}"
    user.is_active = False
    user.save(update_fields=["username", "is_active"])


def _new_person(name: str, *, guest: bool, password: str | None) -> User:
    user = User(username=clean_name(name), is_guest=guest)
    user.set_password(password)
    _save_named(user)
    return user


def _save_named(user: User, **how: Any) -> None:
    try:
        with transaction.atomic():
            user.save(**how)
    except IntegrityError:
        raise Invalid(_("This name is taken."), field="name") from None
