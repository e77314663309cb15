"""Notices to everybody in one room, or in all of them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import wire
from .people import User
from .rooms import Room

MAX_ANNOUNCEMENT = 300


class Announcement(models.Model):
    """A notice, shown from when it is made until it ends. Without a room it is shown everywhere."""

    text = models.CharField(_("text"), max_length=MAX_ANNOUNCEMENT)
    room = models.ForeignKey(
        Room,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("room"),
        help_text=_("Empty: every room, and the other pages."),
    )
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: until somebody ends it."))
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        default_permissions = ("view",)
        permissions = (("announce", _("Can make and end announcements")),)
        ordering = ("-pk",)
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = (models.Index(fields=("ended_at", "room"), name="announcement_shown"),)

    def __str__(self) -> str:
        return self.text

    @staticmethod
    def shown() -> models.Q:
        """Those that are shown now."""
        endless = models.Q(until=None) | models.Q(until__gt=timezone.now())
        return endless & models.Q(ended_at=None)

    @property
    def is_shown(self) -> bool:
        """The same of one."""
        return self.ended_at is None and (self.until is None or self.until > timezone.now())

    def to_wire(self) -> wire.Announcement:
        return wire.Announcement(id=self.pk, text=self.text, until=self.until)
