"""After a restore: every client's cursor is answered with a reset instead of silence."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chat import services
from chat.models import Room


class Command(BaseCommand):
    help = "Renews the epoch of every room. Run it once after restoring a database from a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        room_ids = list(Room.objects.values_list("pk", flat=True))
        for room_id in room_ids:
            services.renew_epoch(room_id)
        self.stdout.write(f"{len(room_ids)} rooms have a new epoch.")
