"""Actions that take the messages of a room away as a file."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from .. import services
from ..models import Room
from ..pages import person
from ..room_exports import form_of, messages_of
from .streams import download


class RoomExports(admin.ModelAdmin):  # type: ignore[type-arg]
    """One room at a time, with a permission of its own."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat.export_room")

    @admin.action(description=_("Export one room as JSON lines"), permissions=["export"])
    def export_jsonl(self, request: HttpRequest, queryset: QuerySet[Room]) -> HttpResponseBase | None:
        return self._export(request, queryset, "jsonl")

    @admin.action(description=_("Export one room as a page to read"), permissions=["export"])
    def export_html(self, request: HttpRequest, queryset: QuerySet[Room]) -> HttpResponseBase | None:
        return self._export(request, queryset, "html")

    def _export(self, request: HttpRequest, rooms: QuerySet[Room], kind: str) -> HttpResponseBase | None:
        keys = list(rooms.values_list("pk", flat=True)[:2])
        if len(keys) != 1:
            self.message_user(request, _("Choose one room: a file holds the messages of one."), messages.ERROR)
            return None
        room = services.export_room(person(request), keys[0], kind)
        return download(request, messages_of(room), form_of(room, kind), f"{room.slug}.{kind}")
