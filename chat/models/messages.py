"""Messages and what they said before."""

from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import wire
from .deletions import Deletion
from .people import User
from .rooms import Room


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

    # Without indexes of their own: those below begin with them, and each index costs every message a page of the disk.
    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", verbose_name=_("room"), db_index=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="messages", verbose_name=_("author"), db_index=False)
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
        permissions = (("restore_message", _("Can restore messages that their authors deleted")),)
        constraints = (
            models.UniqueConstraint(fields=("room", "seq"), name="message_place"),
            models.UniqueConstraint(fields=("room", "version"), name="message_version"),
            models.UniqueConstraint(fields=("room", "author", "key"), name="message_key"),
        )
        indexes = (
            models.Index(fields=("author", "-created_at"), name="message_author_created"),
            models.Index(fields=("created_at",), name="message_created"),
            # Costs nothing until a message is deleted.
            models.Index(fields=("deleted_at",), name="message_deleted", condition=models.Q(deleted_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.room} #{self.seq}"

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
    # The deletion of all messages of a person that this was part of. Its index is the one below.
    deletion = models.ForeignKey(Deletion, models.SET_NULL, null=True, related_name="revisions", db_index=False)
    created_at = models.DateTimeField(_("replaced"), default=timezone.now)

    class Meta:
        ordering = ("version",)
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")
        indexes = (
            models.Index(fields=("deletion",), name="revision_deletion", condition=models.Q(deletion__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.message_id} before {self.version}"

    def to_wire(self) -> wire.Earlier:
        return wire.Earlier(self.body, self.editor.to_wire() if self.editor else None, self.created_at)
