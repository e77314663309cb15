"""Bring database and static files up to date: `python -m chatproject.launch.prepare`. Repeatable."""

from __future__ import annotations

import io
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from . import env_file

if TYPE_CHECKING:
    from django.contrib.auth.models import UserManager

    from chat.models import User

ADMIN = "admin"


def main() -> None:
    """Exit status 1 with the reason when settings or database cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
    django.setup()
    try:
        _prepare()
    except DatabaseError as error:
        sys.exit(f"The database cannot be used (DATABASE_URL): {str(error).strip()}")
    except CommandError as error:
        sys.exit(str(error))


def _prepare() -> None:
    call_command("check", stdout=io.StringIO())
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("tell_announcements", stdout=io.StringIO())
    people = get_user_model().objects
    if not people.exists():
        call_command("seed_demo")
    if not people.filter(is_superuser=True).exists():
        _add_admin(people)


def _add_admin(people: UserManager[User]) -> None:
    """The first administrator. A password that nobody has set is made up, shown once and kept in the settings file."""
    password = os.environ.get("ADMIN_PASSWORD", "")
    if password:
        people.create_superuser(ADMIN, password=password)
        print(f"Administrator: {ADMIN}, password as in ADMIN_PASSWORD", flush=True)
        return
    path, password = Path(os.environ["ENV_FILE"]), secrets.token_urlsafe(12)
    env_file.add(path, "ADMIN_PASSWORD", password)
    people.create_superuser(ADMIN, password=password)
    print(f"Administrator: {ADMIN}, password {password} (shown once; kept in {path})", flush=True)


if __name__ == "__main__":
    main()
