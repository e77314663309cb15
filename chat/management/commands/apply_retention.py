"""Messages that are older than their rooms keep them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chat import services
from chat.models import Room


class Command(BaseCommand):
    help = "Deletes messages that are older than their rooms keep them, for good. For a daily timer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: Any, **options: Any) -> None:
        rooms = list(Room.objects.exclude(retention_days=0).order_by("pk"))
        if options["dry_run"]:
            self.stdout.write(f"{sum(map(services.overdue, rooms))} messages would be deleted.")
        else:
            count = sum(services.apply_retention(room.pk) for room in rooms)
            self.stdout.write(f"{count} messages were deleted.")
