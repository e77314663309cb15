"""What staff and moderators did: a record that is added to, and never changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User
from .rooms import Room


class AppendOnly(TypeError):
    """Somebody tried to change or delete what was recorded."""

    def __init__(self) -> None:
        super().__init__("The record of acts is added to, and never changed.")


class ActQuerySet(models.QuerySet["Act"]):
    """Rows to read. When a room or a person is deleted Django empties the key past this class, and the name stays."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly


class Act(models.Model):
    """One act: who did what, on whom, where. The names beside the keys are those of the time of the act."""

    class Verb(models.TextChoices):
        ROOM_CREATED = "room_created", _("Created a room")
        ROOM_CHANGED = "room_changed", _("Changed a room")
        ROOM_DELETED = "room_deleted", _("Deleted a room")
        EPOCH_RENEWED = "epoch_renewed", _("Renewed the epoch of a room")
        BANNED = "banned", _("Banned")
        UNBANNED = "unbanned", _("Lifted a ban")
        MUTED = "muted", _("Muted")
        UNMUTED = "unmuted", _("Lifted a mute")
        REMOVED = "removed", _("Removed from a room")
        ROLE_CHANGED = "role_changed", _("Gave a role")
        ROOM_EXPORTED = "room_exported", _("Exported a room")
        ANNOUNCED = "announced", _("Made an announcement")
        ANNOUNCEMENT_ENDED = "announcement_ended", _("Ended an announcement")
        MESSAGE_DELETED = "message_deleted", _("Deleted a message")
        MESSAGE_RESTORED = "message_restored", _("Restored a message")
        MESSAGES_DELETED = "messages_deleted", _("Deleted messages of a person")
        MESSAGES_RESTORED = "messages_restored", _("Restored messages of a person")
        MESSAGES_PURGED = "messages_purged", _("Purged messages")
        CONNECTION_ENDED = "connection_ended", _("Ended a connection")
        SWITCH_ASKED = "switch_asked", _("Asked a page to switch its transport")
        REPORT_ACCEPTED = "report_accepted", _("Accepted a report")
        REPORT_DISMISSED = "report_dismissed", _("Dismissed a report")
        INVITE_MADE = "invite_made", _("Made an invite link")
        INVITE_ENDED = "invite_ended", _("Ended an invite link")
        PERSON_ADDED = "person_added", _("Added a person")
        PERSON_RENAMED = "person_renamed", _("Renamed a person")
        PERSON_CHANGED = "person_changed", _("Changed a person")
        RIGHTS_CHANGED = "rights_changed", _("Changed the rights of a person")
        PASSWORD_SET = "password_set", _("Set a password")
        ACCOUNT_CLOSED = "account_closed", _("Closed an account")
        ACCOUNT_OPENED = "account_opened", _("Opened an account again")
        SESSIONS_ENDED = "sessions_ended", _("Ended all sessions of a person")
        GUEST_RETIRED = "guest_retired", _("Retired a guest")

    verb = models.CharField(_("act"), max_length=20, choices=Verb.choices)
    # Without indexes of their own: those below begin with them.
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"), db_index=False)
    actor_name = models.CharField(_("by"), max_length=150, blank=True)
    person = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("on"), db_index=False)
    person_name = models.CharField(_("on"), max_length=150, blank=True)
    room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="+", verbose_name=_("room"), db_index=False)
    room_name = models.CharField(_("room"), max_length=60, blank=True)
    seq = models.PositiveBigIntegerField(_("message"), null=True)
    before = models.JSONField(_("before"), default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), default=dict, encoder=DjangoJSONEncoder)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    note = models.TextField(_("note for moderators"), blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = ActQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        ordering = ("-created_at", "-pk")
        verbose_name = _("act of staff or moderators")
        verbose_name_plural = _("acts of staff and moderators")
        indexes = (
            models.Index(fields=("created_at",), name="act_created"),
            models.Index(fields=("verb", "created_at"), name="act_verb"),
            models.Index(fields=("actor", "created_at"), name="act_actor"),
            models.Index(fields=("person", "created_at"), name="act_person"),
            models.Index(fields=("room", "created_at"), name="act_room"),
            # The few rooms that are gone are found by the name that they had.
            models.Index(fields=("room_name",), name="act_gone_room", condition=models.Q(room=None)),
        )

    def __str__(self) -> str:
        return f"{self.actor_name or _('system')}: {self.get_verb_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores a new act; one that is stored stays as it is."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly
