"""Bring database and static files up to date: `python -m chatproject.launch.prepare`. Repeatable."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from . import env_file

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
    call_command("check")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("seed_demo")
    _ensure_admin()


def _ensure_admin() -> None:
    """A first administrator, when there is none: the password is shown once and kept in the settings file."""
    from django.contrib.auth import get_user_model

    people = get_user_model().objects
    if people.filter(username=ADMIN).exists():
        return
    password = os.environ.get("ADMIN_PASSWORD", "")
    path = Path(os.environ["ENV_FILE"])
    if not password:
        password = secrets.token_urlsafe(12)
        env_file.add(path, "ADMIN_PASSWORD", password)
    people.create_superuser(ADMIN, password=password)
    print(f"Administrator: {ADMIN}, password {password} (shown once; kept in {path})", flush=True)


if __name__ == "__main__":
    main()
