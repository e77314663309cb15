"""The operator of the tests, with a command that writes a long history at once. Run with `python -m`."""

from __future__ import annotations

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from chat.models import Message, Room  # noqa: E402
from tests.support import operator_process  # noqa: E402

AT_ONCE = 5000


def fill(slug: str, author: int, count: int) -> None:
    """Appends so many messages to a room that nobody reads yet."""
    with transaction.atomic():
        room = Room.objects.select_for_update().get(slug=slug)
        first = room.last_seq + 1
        numbers = range(first, first + count)
        now = timezone.now()
        made = (
            Message(
                room=room,
                author_id=author,
                seq=number,
                version=number,
                key=f"fill-{number:08d}",
                body=f"The message number {number} of a long conversation.",
                created_at=now,
            )
            for number in numbers
        )
        Message.objects.bulk_create(made, batch_size=AT_ONCE)
        room.last_seq += count
        room.save(update_fields=["last_seq"])


operator_process.COMMANDS["fill"] = fill

if __name__ == "__main__":
    operator_process.main()
