"""Rooms, each with the counter of its log."""

from __future__ import annotations

import secrets
from typing import Any, cast

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import wire
from .members import Membership
from .people import User

MAX_RETENTION_DAYS = 3650


def new_epoch() -> str:
    """A random name for one life of a room's log; a restored database gets a new one."""
    return secrets.token_hex(4)


def all_transports() -> list[str]:
    return list(wire.TRANSPORTS)


def site_max_length() -> int:
    """Characters that a message may have anywhere here."""
    return int(settings.CHAT_MAX_BODY)


class RoomQuerySet(models.QuerySet["Room"]):
    """Rooms by who may see them."""

    def listed_for(self, user: User) -> RoomQuerySet:
        """Rooms of this person, and public rooms that are not archived."""
        if user.is_banned or (user.is_guest and not settings.CHAT_GUESTS):
            return self.none()
        here = Membership.objects.filter(room=models.OuterRef("pk"), user=user)
        public = models.Q(kind=Room.Kind.PUBLIC) & ~models.Q(state=Room.State.ARCHIVED)
        rooms = self.filter(models.Exists(here.filter(left_at=None)) | public)
        if user.is_guest:
            rooms = rooms.exclude(guests=Room.Guests.NONE)
        return rooms.exclude(models.Exists(here.filter(banned_until__gt=timezone.now())))


class Room(models.Model):
    """A room and the counter of its log."""

    SETTINGS = (
        "name",
        "topic",
        "kind",
        "state",
        "guests",
        "allowed_transports",
        "default_transport",
        "poll_interval_ms",
        "hold_s",
        "slow_mode_s",
        "max_length",
        "retention_days",
    )
    """The fields that people change, in the order of forms."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Public: anyone here may find and join it")
        PRIVATE = "private", _("Private: by invitation only")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        READ_ONLY = "read_only", _("Read-only")
        ARCHIVED = "archived", _("Archived")

    class Guests(models.TextChoices):
        NONE = "none", _("Guests stay out")
        READ = "read", _("Guests may read")
        WRITE = "write", _("Guests may read and write")

    class Transport(models.TextChoices):
        WEBSOCKET = "websocket", _("WebSocket")
        LONGPOLL = "longpoll", _("Long polling")
        POLL = "poll", _("Polling")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PUBLIC)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    guests = models.CharField(_("guests"), max_length=5, choices=Guests.choices, default=Guests.WRITE)
    allowed_transports = models.JSONField(_("allowed transports"), default=all_transports)
    default_transport = models.CharField(
        _("default transport"), max_length=9, choices=Transport.choices, default=Transport.WEBSOCKET
    )
    poll_interval_ms = models.PositiveIntegerField(
        _("poll interval (ms)"), default=2000, validators=[MinValueValidator(500), MaxValueValidator(60_000)]
    )
    hold_s = models.PositiveSmallIntegerField(
        _("hold of a long poll (s)"), default=25, validators=[MinValueValidator(5), MaxValueValidator(55)]
    )
    slow_mode_s = models.PositiveSmallIntegerField(
        _("slow mode (s)"),
        default=0,
        validators=[MaxValueValidator(3600)],
        help_text=_("Seconds between two messages of one person; moderators are exempt. 0 switches it off."),
    )
    max_length = models.PositiveSmallIntegerField(
        _("longest message (characters)"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(site_max_length)],
        help_text=_("0: as long as anywhere here."),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("keep messages for (days)"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(MAX_RETENTION_DAYS)],
        help_text=_("Older messages are deleted for good, every night. 0: they are kept."),
    )
    announcements = models.JSONField(default=list, db_default=[], editable=False)
    """What is announced here, in the form of the wire: readers are told of it with the room, without another query."""

    last_seq = models.PositiveBigIntegerField(default=0, editable=False)
    version = models.PositiveBigIntegerField(default=0, editable=False)
    access_version = models.PositiveBigIntegerField(default=0, editable=False)
    purged_seq = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    """Messages up to this place were there longer than the room keeps them, and are gone."""

    epoch = models.CharField(max_length=16, default=new_epoch, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        permissions = (("export_room", _("Can export the messages of a room")),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("room", args=[self.slug])

    @property
    def body_limit(self) -> int:
        """Characters that a message may have here."""
        return min(self.max_length or site_max_length(), site_max_length())

    def to_wire(self) -> wire.Room:
        return wire.Room(
            slug=self.slug,
            name=self.name,
            topic=self.topic,
            kind=cast(Any, self.kind),
            state=cast(Any, self.state),
            guests=cast(Any, self.guests),
            version=self.version,
            slow_mode_s=self.slow_mode_s,
            max_length=self.body_limit,
            transports=wire.Transports(
                allowed=self.allowed_transports,
                default=cast(Any, self.default_transport),
                poll_interval_ms=self.poll_interval_ms,
                hold_s=self.hold_s,
            ),
            announcements=wire.announced(self.announcements),
        )

    def to_change(self) -> wire.Change:
        return wire.Change(number=self.version, seq=wire.ROOM, data=wire.encode(self.to_wire()))
