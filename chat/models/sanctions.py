"""Sanctions: a mute and a ban, of a person in one room or everywhere."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FOR_GOOD = datetime(2200, 1, 1, tzinfo=UTC)
"""The end of a sanction without end; no clock is told of it."""

MAX_REASON = 200


class Sanctions(models.Model):
    """Until when, and what the person is told. Who set them, and the notes of moderators, are in the record of acts."""

    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    mute_reason = models.CharField(_("why muted"), max_length=MAX_REASON, blank=True, default="", db_default="")
    banned_until = models.DateTimeField(_("banned until"), null=True, blank=True)
    ban_reason = models.CharField(_("why banned"), max_length=MAX_REASON, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def is_banned(self) -> bool:
        return self.banned_until is not None and self.banned_until > timezone.now()

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()
