"""The record of acts as a file, for archives and for those who review it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware

from chat import exports
from chat.models import Act


class Command(BaseCommand):
    help = "Writes the acts of staff and moderators to standard output, oldest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=sorted(exports.FORMS), default="jsonl")
        parser.add_argument("--room", help="only those in the room with this address")
        parser.add_argument("--since", type=_day, help="only those of this day and later, such as 2026-01-31")

    def handle(self, *args: Any, **options: Any) -> None:
        acts = Act.objects.all()
        if options["room"]:
            acts = acts.filter(room__slug=options["room"])
        if options["since"]:
            acts = acts.filter(created_at__gte=options["since"])
        for text in exports.chunks(acts, exports.FORMS[options["format"]]):
            self.stdout.write(text, ending="")


def _day(text: str) -> datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"Not a day such as 2026-01-31: {text}")
    return make_aware(datetime(day.year, day.month, day.day))
