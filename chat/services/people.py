"""People: guests, accounts, names."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..errors import Forbidden, Invalid
from ..models import Act, User
from ..text import clean_name
from .audit import record


def enter_as_guest(name: str) -> User:
    """A new guest with this nickname; raises `Forbidden` when guests are off, `Invalid` when the name is taken."""
    if not settings.CHAT_GUESTS:
        raise Forbidden(_("This place is not open to guests."))
    return _new_person(name, guest=True, password=None)


def sign_up(name: str, password: str | None) -> User:
    """A new account; raises `Invalid` when the name is taken. Without a password nobody can log in to it."""
    return _new_person(name, guest=False, password=password)


def rename_person(user: User, name: str, *, actor: User | None = None) -> User:
    """Another name for a person; raises `Invalid` when it is taken. `actor`: who does it, when it is somebody else."""
    fresh = User.objects.get(pk=user.pk)
    before, fresh.username = fresh.username, clean_name(name)
    with transaction.atomic():
        _save_named(fresh, update_fields=["username"])
        if actor and before != fresh.username:
            name_before, name_after = {"username": before}, {"username": fresh.username}
            record(actor, Act.Verb.PERSON_RENAMED, person=fresh, before=name_before, after=name_after)
    user.username = fresh.username
    return user


def retire_guest(user: User, *, expired: bool = False) -> None:
    """Ends a guest's account: what was written stays under the name, which is free for others again.

    `expired`: it is not the guest who leaves, but the nightly command that finds them gone.
    """
    before = user.username
    user.username = f"{before} #{secrets.token_hex(4)}"
    user.is_active = False
    with transaction.atomic():
        user.save(update_fields=["username", "is_active"])
        if expired:
            record(None, Act.Verb.GUEST_RETIRED, person=user, before={"username": before})


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
