"""A community as large as it gets, to measure with."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from chat.management.crowd import Crowd, Size, is_empty
from chat.management.past import Past
from chat.services.columns import write

_AT_EASE = {
    # The indexes fit into this, and not into the 2 MB of every day: a fifth of the time.
    "sqlite": "PRAGMA cache_size = -500000",
    # A statement of thousands of rows takes its time to be put together.
    "postgresql": "SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0",
}


class Command(BaseCommand):
    help = "Fills an empty database with people, rooms and messages, for measuring: the same ones for the same seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--messages", type=int, default=1_000_000)
        parser.add_argument("--people", type=int, default=10_000)
        parser.add_argument("--rooms", type=int, default=1000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        size = Size(options["messages"], options["people"], options["rooms"])
        if min(size) < 1:
            raise CommandError("At least one of each.")
        if not is_empty():
            raise CommandError("There are rooms already. This is for a database of its own.")
        began = time.monotonic()
        write(_AT_EASE[connection.vendor], [])
        crowd = Crowd(size, options["seed"])
        crowd.make()
        Past(crowd).write(self._say if options["verbosity"] > 1 else lambda count: None)
        if connection.vendor == "postgresql":
            # As the server would by itself, a minute later.
            write("ANALYZE", [])
        took = time.monotonic() - began
        self.stdout.write(
            f"{size.people} people, {size.rooms} rooms and {size.messages} messages are ready after {took:.0f} s."
        )

    def _say(self, count: int) -> None:
        self.stdout.write(f"{count} messages")
