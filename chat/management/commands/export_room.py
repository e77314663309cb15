"""The messages of a room as a file, for archives."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat import exports, services
from chat.models import Room
from chat.room_exports import KINDS, form_of, messages_of


class Command(BaseCommand):
    help = "Writes the messages of a room to standard output, oldest first. The record of acts says that it was done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the address of the room, such as lobby")
        parser.add_argument("--format", choices=KINDS, default="jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Room.objects.filter(slug=options["slug"]).first()
        if found is None:
            raise CommandError(f"There is no room with the address {options['slug']}.")
        room = services.export_room(None, found.pk, options["format"])
        for text in exports.chunks(messages_of(room), form_of(room, options["format"])):
            self.stdout.write(text, ending="")
