"""People."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .. import wire
from ..text import fold
from .sanctions import Sanctions


class User(Sanctions, AbstractUser):
    """A person, with the sanctions that hold everywhere. A guest came in with a nickname and has no password."""

    class Look(models.TextChoices):
        SYSTEM = "system", _("Like the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    folded_name = models.CharField(max_length=200, unique=True, editable=False)
    is_guest = models.BooleanField(_("guest"), default=False)
    look = models.CharField(_("look"), max_length=6, choices=Look.choices, default=Look.SYSTEM)

    session_round = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """Part of what a session is signed with: another number ends all sessions of the person."""

    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = (
            ("ban_user", _("Can ban people everywhere")),
            ("mute_user", _("Can mute people everywhere")),
            ("end_sessions", _("Can end all sessions of people")),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the folded name in step, so that two names that look alike cannot both exist."""
        # Folding may make a name many times longer; what is alike for so long is alike.
        self.folded_name = fold(self.username)[:200]
        if (fields := kwargs.get("update_fields")) is not None and "username" in fields:
            kwargs["update_fields"] = {*fields, "folded_name"}
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own, which a new password changes, and here a new round as well."""
        own: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.session_round:
            return own
        return salted_hmac(
            "chat.session_round", f"{own}:{self.session_round}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def to_wire(self) -> wire.Author:
        return wire.Author(id=self.pk, name=self.username)
