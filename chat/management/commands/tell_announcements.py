"""Announcements that some rooms do not show, because a process died while it told them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chat import services


class Command(BaseCommand):
    help = "Brings each room in step with the announcements; rooms that are change nothing. At start and every night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{services.tell_announcements()} rooms had to be told.")
