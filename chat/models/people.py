"""People."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from .. import wire
from ..text import fold


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
