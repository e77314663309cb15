"""Rows inside another page, never more of them than one form can carry."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from .widgets import is_key

LIMIT = 50
"""Rows of one inline: with six fields each they stay under DATA_UPLOAD_MAX_NUMBER_FIELDS."""


class NewestFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The first rows when shown; when sent back those that were shown, whatever came in between."""

    def get_queryset(self) -> QuerySet[Any]:
        if not hasattr(self, "_rows"):
            found = super().get_queryset()
            self._rows = found.filter(pk__in=self._sent()) if self.is_bound else found[:LIMIT]
        return self._rows

    def _sent(self) -> list[int]:
        sent = [self.data.get(f"{self.prefix}-{place}-id", "") for place in range(LIMIT)]
        return [int(pk) for pk in sent if is_key(pk)]


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows to look at."""

    formset = NewestFormSet
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
