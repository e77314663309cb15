"""All messages of a person, deleted at once: what was asked for, and how far that has come."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User
from .rooms import Room
from .sanctions import MAX_REASON


class Deletion(models.Model):
    """One deletion of what a person had said by then, in a room or everywhere. It is undone as a whole, until purged.

    It goes a piece at a time: `room_at` and `key_at`, or `revision_at` on the way back, say where it goes on.
    """

    class State(models.TextChoices):
        DELETING = "deleting", _("Being deleted")
        DELETED = "deleted", _("Deleted")
        RESTORING = "restoring", _("Being restored")
        RESTORED = "restored", _("Restored")
        PURGED = "purged", _("Gone for good")

    UNDER_WAY = (State.DELETING, State.RESTORING)

    person = models.ForeignKey(User, models.CASCADE, related_name="deletions", verbose_name=_("messages of"))
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="+", verbose_name=_("room"))
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=MAX_REASON, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DELETING)
    deleted = models.PositiveIntegerField(_("deleted so far"), default=0)
    restored = models.PositiveIntegerField(_("restored so far"), default=0)
    room_at = models.PositiveBigIntegerField(default=0)
    key_at = models.CharField(max_length=64, blank=True)
    revision_at = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)

    class Meta:
        default_permissions = ("view",)
        ordering = ("-pk",)
        verbose_name = _("deletion of all messages of a person")
        verbose_name_plural = _("deletions of all messages of a person")
        permissions = (("delete_all_messages", _("Can delete all messages of a person")),)
        indexes = (models.Index(fields=("state",), name="deletion_state"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.room or _('everywhere')}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY
