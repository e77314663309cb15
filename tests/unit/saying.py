"""Writing into a room, with a key of its own for each message."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from chat import services
from chat.models import Message, Room, User

Attempt = Callable[[], object]
"""Something that should be refused."""

_keys = count()


def say(actor: User, room: Room, body: str = "hello", key: str = "", **more: Any) -> Message:
    """The message, posted by the service."""
    key = key or f"a-key-of-its-own-{next(_keys)}"
    posted = services.post_message(actor, room.pk, key=key, body=body, **more)
    return Message.objects.get(room=room, seq=posted.message.seq)


def in_an_hour() -> datetime:
    return timezone.now() + timedelta(hours=1)
