"""The figures of a room: a chart, its table, and who is active."""

from __future__ import annotations

from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from .. import feed, statistics, wire
from ..census import Census, Query, total
from ..models import Room
from .live import WORDS
from .widgets import is_key

CHOICES = (30, 90)
"""Days."""

HEIGHT = 160
STEP = 10
"""Units of the chart: its height, and from one day to the next."""


class Bar(NamedTuple):
    """A day in the chart; units are those of its view box."""

    day: statistics.Day
    x: int
    y: int
    height: int


class StatisticsPage(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the page to the admin of rooms, for those who may see a room there."""

    def get_urls(self) -> list[Any]:
        wrap: Any = self.admin_site.admin_view
        view = wrap(self.statistics_view)
        return [path("<str:object_id>/statistics/", view, name="chat_room_statistics"), *super().get_urls()]

    async def statistics_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        room = await sync_to_async(self._room)(request, object_id)
        census = await feed.registrar().take(Query(room_id=room.pk))
        return await sync_to_async(self._figures)(request, room, census)

    def _room(self, request: HttpRequest, object_id: str) -> Room:
        """The room, for who may see it."""
        room: Room | None = self.get_object(request, object_id) if is_key(object_id) else None
        if room is None:
            raise Http404
        if not self.has_view_permission(request, room):
            raise PermissionDenied
        return room

    def _figures(self, request: HttpRequest, room: Room, census: Census) -> HttpResponse:
        connected = total(report.found for report in census.reports)
        days = next((days for days in CHOICES if request.GET.get("days") == str(days)), CHOICES[0])
        found = statistics.figures(room, days)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Figures of %(room)s") % {"room": room},
            "opts": self.opts,
            "room": room,
            "figures": found,
            "connected": [(name, WORDS[name], connected[name]) for name in wire.TRANSPORTS],
            "days": days,
            "choices": CHOICES,
            "bars": bars(found.days),
            "most": max(day.messages for day in found.days),
            "total": sum(day.messages for day in found.days),
            "width": days * STEP,
            "height": HEIGHT,
        }
        return TemplateResponse(request, "admin/chat/room/statistics.html", context)


def bars(days: list[statistics.Day]) -> list[Bar]:
    """As high as there are messages, compared with the day that has most; a day with any at all is seen."""
    most = max(day.messages for day in days) or 1
    heights = [-(-day.messages * HEIGHT // most) for day in days]
    return [
        Bar(day, place * STEP, HEIGHT - height, height)
        for place, (day, height) in enumerate(zip(days, heights, strict=True))
    ]
