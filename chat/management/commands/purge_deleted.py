"""What deleted messages said, once it is old: gone for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chat import services
from chat.models import Deletion

PIECE_S = 60.0


class Command(BaseCommand):
    help = (
        "Forgets what messages said that were deleted long ago, and carries on deletions of all messages of a person"
        " that nobody has carried to their end. For a daily timer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        days = settings.CHAT_PURGE_DAYS
        parser.add_argument("--older-than-days", type=int, default=days, help=f"{days} by default (CHAT_PURGE_DAYS)")

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["older_than_days"]
        if days < 0:
            raise CommandError("Days cannot be fewer than none.")
        for deletion in Deletion.objects.filter(state__in=Deletion.UNDER_WAY):
            while services.carry_on(deletion.pk, PIECE_S).is_under_way:
                pass
        purged = services.purge_deleted(timezone.now() - timedelta(days=days))
        self.stdout.write(f"{purged} messages were purged.")
