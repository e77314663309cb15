"""Guests whose sessions have run out: their names become free again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from chat import services
from chat.models import User


class Command(BaseCommand):
    help = "Ends the accounts of guests who came in longer ago than a session lasts. For a daily timer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: Any, **options: Any) -> None:
        old = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        guests = User.objects.filter(is_guest=True, is_active=True, last_login__lt=old)
        count = guests.count()
        if not options["dry_run"]:
            for guest in guests.iterator():
                services.retire_guest(guest, expired=True)
        self.stdout.write(f"{count} guests {'would be' if options['dry_run'] else 'were'} retired.")
