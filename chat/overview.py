"""What a page starts with: the rooms of a person, and the first state of one room."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from . import access, history, wire
from .access import Standing
from .models import Membership, Message, Room, User

RETRY_MIN_MS = 500
RETRY_MAX_MS = 30_000
SEEN_BATCHES = 20
SEEN_S = 5
ECHO_S = 10
"""Of silence, after which a page that is looked at asks for an echo."""
GROUP_S = 300
"""Messages of one author within this time stand together."""


class Entry(NamedTuple):
    """A room in somebody's list."""

    room: Room
    unread: int
    member: bool
    last: Message | None


def entries(user: User) -> list[Entry]:
    """The rooms that a person may see: their own, and public ones; in three queries at most."""
    rooms = list(_counted(Room.objects.listed_for(user), user))
    newest = Message.objects.select_related("author").in_bulk([room.newest_id for room in rooms if room.newest_id])
    return [Entry(room, room.unread, room.is_member, newest.get(room.newest_id)) for room in rooms]


def rooms_of(user: User) -> list[dict[str, Any]]:
    """The same as the wire tells it."""
    return [
        {
            **wire.builtins(entry.room.to_wire()),
            "unread": entry.unread,
            "member": entry.member,
            "last": entry.last and entry.last.to_wire(),
        }
        for entry in entries(user)
    ]


def first_state(user: User, slug: str) -> dict[str, Any]:
    """The answer of `GET /api/rooms/{slug}`. The room's row, and so the cursor, is read before the messages."""
    return state_of(access.standing(user, slug))


def state_of(who: Standing) -> dict[str, Any]:
    """The first state for somebody whose standing was read a moment ago."""
    page = history.newest(who.room, settings.CHAT_PAGE)
    return {
        "room": who.room.to_wire(),
        "you": access.you(who),
        "messages": page.messages,
        "cursor": wire.cursor(who.room.epoch, who.room.last_seq),
        "more": page.more,
        "timings": timings(who.room),
    }


def timings(room: Room) -> wire.Timings:
    """The constants that a client needs for this room."""
    return wire.Timings(
        hold_s=room.hold_s,
        heartbeat_s=settings.CHAT_HEARTBEAT_S,
        poll_interval_ms=room.poll_interval_ms,
        seen_batches=SEEN_BATCHES,
        seen_s=SEEN_S,
        echo_s=ECHO_S,
        retry_min_ms=RETRY_MIN_MS,
        retry_max_ms=RETRY_MAX_MS,
        page=settings.CHAT_PAGE,
        max_body=settings.CHAT_MAX_BODY,
        group_s=GROUP_S,
    )


def _counted(rooms: QuerySet[Room], user: User) -> QuerySet[Any]:
    mine = Membership.objects.filter(room=OuterRef("pk"), user=user, left_at=None)
    texts = Message.objects.filter(room=OuterRef("pk"), kind=Message.Kind.TEXT, deleted_at=None)
    newer = texts.filter(seq__gt=OuterRef("read_seq")).exclude(author=user).order_by().values("room")
    return rooms.annotate(
        is_member=Exists(mine),
        read_seq=Coalesce(Subquery(mine.values("last_read_seq")[:1]), F("last_seq")),
        unread=Coalesce(Subquery(newer.annotate(unread=Count("pk")).values("unread")), 0),
        newest_id=Subquery(texts.order_by("-seq").values("pk")[:1]),
    ).order_by("name")


def matching(found: list[Entry], words: str) -> list[Entry]:
    """Entries whose name or topic holds the words."""
    needle = words.casefold().strip()
    return [entry for entry in found if needle in f"{entry.room.name} {entry.room.topic}".casefold()]
