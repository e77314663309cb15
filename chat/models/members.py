"""People in rooms, and the links that let them in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User
from .sanctions import Sanctions


def new_token() -> str:
    """An unguessable word for a link (128 bits)."""
    return secrets.token_urlsafe(16)


def in_a_week() -> datetime:
    return timezone.now() + timedelta(days=7)


class Membership(Sanctions):
    """A person in a room: role, read mark, sanctions. Who left keeps the row, so that sanctions outlive leaving."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MODERATOR = "moderator", _("Moderator")
        MEMBER = "member", _("Member")

    room = models.ForeignKey("Room", models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=9, choices=Role.choices, default=Role.MEMBER)
    last_read_seq = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("room", "user"), name="membership_person"),)
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return f"{self.user} · {self.room}"

    @property
    def moderates(self) -> bool:
        return self.role in (self.Role.OWNER, self.Role.MODERATOR)


class Invite(models.Model):
    """A link that lets whoever holds it join a room, until it expires or as many have come as it is for."""

    room = models.ForeignKey("Room", models.CASCADE, related_name="invites")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    created_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_a_week)
    max_uses = models.PositiveIntegerField(_("for how many people"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("used by"), default=0, db_default=0)

    class Meta:
        verbose_name = _("invite link")
        verbose_name_plural = _("invite links")

    def __str__(self) -> str:
        return f"invite link to {self.room}"

    @staticmethod
    def still_open() -> models.Q:
        """The links that let somebody in now."""
        unused = models.Q(max_uses=None) | models.Q(uses__lt=models.F("max_uses"))
        return unused & models.Q(expires_at__gt=timezone.now())

    @property
    def is_open(self) -> bool:
        """The same of one link."""
        return self.expires_at > timezone.now() and (self.max_uses is None or self.uses < self.max_uses)
