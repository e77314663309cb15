"""The objects that clients are told of."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Transport = Literal["websocket", "longpoll", "poll"]
TRANSPORTS: tuple[Transport, ...] = ("websocket", "longpoll", "poll")
"""In order of preference."""


class Author(msgspec.Struct, frozen=True):
    id: int
    name: str


class Message(msgspec.Struct, frozen=True):
    """A message in its newest state; a tombstone has `deleted` and an empty body."""

    seq: int
    version: int
    kind: Literal["text", "system"]
    author: Author
    body: str
    key: str
    reply_to: int | None
    created_at: datetime
    edited_at: datetime | None
    deleted: bool


class Transports(msgspec.Struct, frozen=True):
    """A room's policy: what is allowed, what a page starts with, and the timings of waiting."""

    allowed: list[Transport]
    default: Transport
    poll_interval_ms: int
    hold_s: int


class Announcement(msgspec.Struct, frozen=True):
    """A notice to everybody in the room, or everywhere; `until` is null when somebody will end it."""

    id: int
    text: str
    until: datetime | None


class Room(msgspec.Struct, frozen=True):
    slug: str
    name: str
    topic: str
    kind: Literal["public", "private"]
    state: Literal["open", "read_only", "archived"]
    guests: Literal["none", "read", "write"]
    version: int
    slow_mode_s: int
    max_length: int
    transports: Transports
    announcements: list[Announcement]


class WhyNot(msgspec.Struct, frozen=True):
    """Why this person may not post; `until` is null when it does not end by itself."""

    code: str
    message: str
    until: datetime | None = None


class You(msgspec.Struct, frozen=True):
    """The reader's own standing in the room."""

    id: int
    name: str
    guest: bool
    role: Literal["owner", "moderator", "member"] | None
    may_post: bool
    why_not: WhyNot | None
    may_moderate: bool
    last_read_seq: int


class Earlier(msgspec.Struct, frozen=True):
    """What a message said until it was changed, by whom and when."""

    body: str
    by: Author | None
    at: datetime


Deed = Literal["mute", "ban", "remove", "role"]
"""What may be done to a person of a room."""


class Sanction(msgspec.Struct, frozen=True):
    """A mute or a ban that holds; `until` is null when it does not end by itself."""

    until: datetime | None
    reason: str


class Member(msgspec.Struct, frozen=True):
    """A person of a room, for somebody in it. `role`: null for who has left; sanctions: for moderators alone."""

    id: int
    name: str
    guest: bool
    role: Literal["owner", "moderator", "member"] | None
    muted: Sanction | None
    banned: Sanction | None
    may: list[Deed]


class Timings(msgspec.Struct, frozen=True):
    """Every constant that a client needs; suffixes give the unit."""

    hold_s: float
    heartbeat_s: float
    poll_interval_ms: int
    seen_batches: int
    seen_s: float
    echo_s: float
    retry_min_ms: int
    retry_max_ms: int
    page: int
    max_body: int
    group_s: int
