"""Who is connected, as far as the database is concerned: permissions, and no table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Connection(models.Model):
    """Names what the admin shows from memory, and who may see it and do what."""

    class Meta:
        managed = False
        default_permissions = ()
        verbose_name = _("live connection")
        verbose_name_plural = _("live connections")
        permissions = (
            ("view_connections", _("Can view live connections")),
            ("end_connection", _("Can end live connections")),
            ("ask_to_switch", _("Can ask pages to switch their transport")),
        )

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
