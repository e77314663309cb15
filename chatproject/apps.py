"""Which admin site this project runs."""

from __future__ import annotations

from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    default_site = "chat.admin_site.Site"
