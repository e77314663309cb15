"""People, rooms, messages and memberships.

A room has one counter, `last_seq`. Every change takes its next number under the room's row lock, so commit order is
number order. Rows carry predicates and their shape on the wire; writing is the business of `services`.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import wire
from .text import fold


def new_epoch() -> str:
    """A random name for one life of a room's log; a restored database gets a new one."""
    return secrets.token_hex(4)


def new_token() -> str:
    """An unguessable word for a link (128 bits)."""
    return secrets.token_urlsafe(16)


def all_transports() -> list[str]:
    return list(wire.TRANSPORTS)


def in_a_week() -> Any:
    return timezone.now() + timedelta(days=7)


class User(AbstractUser):
    """A person. A guest came in with a nickname and has no password."""

    class Look(models.TextChoices):
        SYSTEM = "system", _("Like the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    folded_name = models.CharField(max_length=200, unique=True, editable=False)
    is_guest = models.BooleanField(_("guest"), default=False)
    look = models.CharField(_("look"), max_length=6, choices=Look.choices, default=Look.SYSTEM)

    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the folded name in step, so that two names that look alike cannot both exist."""
        # Folding may make a name many times longer; what is alike for so long is alike.
        self.folded_name = fold(self.username)[:200]
        if (fields := kwargs.get("update_fields")) is not None and "username" in fields:
            kwargs["update_fields"] = {*fields, "folded_name"}
        super().save(*args, **kwargs)

    def to_wire(self) -> wire.Author:
        return wire.Author(id=self.pk, name=self.username)


class RoomQuerySet(models.QuerySet["Room"]):
    """Rooms by who may see them."""

    def listed_for(self, user: User) -> RoomQuerySet:
        """Rooms of this person, and public rooms that are not archived."""
        if user.is_guest and not settings.CHAT_GUESTS:
            return self.none()
        here = Membership.objects.filter(room=models.OuterRef("pk"), user=user)
        public = models.Q(kind=Room.Kind.PUBLIC) & ~models.Q(state=Room.State.ARCHIVED)
        rooms = self.filter(models.Exists(here.filter(left_at=None)) | public)
        if user.is_guest:
            rooms = rooms.exclude(guests=Room.Guests.NONE)
        return rooms.exclude(models.Exists(here.filter(banned_until__gt=timezone.now())))


class Room(models.Model):
    """A room and the counter of its log."""

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
    last_seq = models.PositiveBigIntegerField(default=0, editable=False)
    version = models.PositiveBigIntegerField(default=0, editable=False)
    access_version = models.PositiveBigIntegerField(default=0, editable=False)
    epoch = models.CharField(max_length=16, default=new_epoch, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("room", args=[self.slug])

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
            transports=wire.Transports(
                allowed=self.allowed_transports,
                default=cast(Any, self.default_transport),
                poll_interval_ms=self.poll_interval_ms,
                hold_s=self.hold_s,
            ),
        )

    def to_change(self) -> wire.Change:
        return wire.Change(number=self.version, seq=wire.ROOM, data=wire.encode(self.to_wire()))


class MessageQuerySet(models.QuerySet["Message"]):
    """The two ways to read a room's messages."""

    def of(self, room_id: int) -> MessageQuerySet:
        return self.filter(room_id=room_id).select_related("author")

    def after(self, number: int, upto: int) -> MessageQuerySet:
        """Changes after a number, oldest change first, each message in its newest state."""
        return self.filter(version__gt=number, version__lte=upto).order_by("version")

    def before(self, seq: int) -> MessageQuerySet:
        """Messages placed before a seq, newest place first."""
        return self.filter(seq__lt=seq).order_by("-seq")


class Message(models.Model):
    """One message. `seq` is its place, `version` the number of its last change; a deletion leaves a tombstone."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        SYSTEM = "system", _("Notice")

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", verbose_name=_("room"))
    author = models.ForeignKey(User, models.PROTECT, related_name="messages", verbose_name=_("author"))
    seq = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    key = models.CharField(max_length=64)
    body = models.TextField(_("text"), blank=True)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.TEXT)
    reply_to_seq = models.PositiveBigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(_("sent"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = (
            models.UniqueConstraint(fields=("room", "seq"), name="message_place"),
            models.UniqueConstraint(fields=("room", "version"), name="message_version"),
            models.UniqueConstraint(fields=("room", "author", "key"), name="message_key"),
        )
        indexes = (models.Index(fields=("author", "-created_at"), name="message_author_created"),)

    def __str__(self) -> str:
        return f"{self.room_id}:{self.seq}"

    def to_wire(self) -> wire.Message:
        return wire.Message(
            seq=self.seq,
            version=self.version,
            kind=cast(Any, self.kind),
            author=self.author.to_wire(),
            body=self.body,
            key=self.key,
            reply_to=self.reply_to_seq,
            created_at=self.created_at,
            edited_at=self.edited_at,
            deleted=self.deleted_at is not None,
        )

    def to_change(self) -> wire.Change:
        return wire.Change(number=self.version, seq=self.seq, data=wire.encode(self.to_wire()))


class Revision(models.Model):
    """What a message said before a change, for moderators."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    version = models.PositiveBigIntegerField()
    body = models.TextField(_("text"))
    editor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("replaced"), default=timezone.now)

    class Meta:
        ordering = ("version",)
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")

    def __str__(self) -> str:
        return f"{self.message_id} before {self.version}"


class Membership(models.Model):
    """A person in a room: role, read mark, sanctions. Who left keeps the row, so that sanctions outlive leaving."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MODERATOR = "moderator", _("Moderator")
        MEMBER = "member", _("Member")

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=9, choices=Role.choices, default=Role.MEMBER)
    last_read_seq = models.PositiveBigIntegerField(default=0, editable=False)
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    banned_until = models.DateTimeField(_("banned until"), null=True, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("room", "user"), name="membership_person"),)
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"

    @property
    def is_banned(self) -> bool:
        return self.banned_until is not None and self.banned_until > timezone.now()

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()

    @property
    def moderates(self) -> bool:
        return self.role in (self.Role.OWNER, self.Role.MODERATOR)


class Invite(models.Model):
    """A link that lets whoever holds it join a room, until it expires."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="invites")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    created_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_a_week)

    class Meta:
        verbose_name = _("invite link")
        verbose_name_plural = _("invite links")

    def __str__(self) -> str:
        return f"invite to {self.room_id}"

    @property
    def is_open(self) -> bool:
        return self.expires_at > timezone.now()
