"""People: guests, accounts, names."""

from __future__ import annotations

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
    user.username = clean_name(name)
    try:
        with transaction.atomic():
            user.save(update_fields=["username"])
    except IntegrityError:
        raise Invalid(_("This name is taken."), field="name") from None
    return user


def retire_guest(user: User) -> None:
    """Ends a guest's account: what was written stays under the name, which is free for others again."""
    user.username = f"{user.username} #{user.pk}"
    user.is_active = False
    user.save(update_fields=["username", "is_active"])


def _new_person(name: str, *, guest: bool, password: str | None) -> User:
    user = User(username=clean_name(name), is_guest=guest)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Invalid(_("This name is taken."), field="name") from None
    return user
