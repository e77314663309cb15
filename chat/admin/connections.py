"""Who is connected now, from the memory of all processes, and what may be done about a connection.

The views are asynchronous: while the answers of other processes are waited for, no thread is held.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from .. import access, feed, services
from ..census import Census, Query, Row
from ..models import Connection
from ..pages import person
from .actions import AT_ONCE
from .base import Unwritten
from .live import ConnectionsForm, Shown, SwitchForm, show
from .sanctions import ask_why

PARTS = ("counts", "processes", "chart", "rows")
"""Pieces of the page that are drawn again, each with a template and an element of its name."""


class Chosen(NamedTuple):
    """A connection that something is to be done about, as the pages in between name it."""

    row: Row

    @property
    def pk(self) -> str:
        return self.row.id

    @property
    def place(self) -> services.Place:
        process, _colon, number = self.row.id.partition(":")
        return services.Place(process, int(number), self.row.room_id, self.row.user_id, self.row.transport)

    def __str__(self) -> str:
        return f"{self.row.name} · {self.row.slug} · {self.row.transport}"


class Deed(NamedTuple):
    """Something to do about connections: who may, what is asked before, and the service.

    `target`: what it is done to, once however often it is chosen.
    """

    label: Any
    allowed: Callable[[HttpRequest], bool]
    do: Callable[[HttpRequest, Chosen, Any], object]
    page: dict[str, Any]
    target: Callable[[Row], Any] = lambda row: row.id


def _may_kick(request: HttpRequest) -> bool:
    """As in the list of members."""
    return request.user.has_perm("chat.delete_membership") and access.is_site_moderator(person(request))


DEEDS = {
    "kick": Deed(
        _("Remove from the room …"),
        _may_kick,
        lambda request, one, form: services.remove_member(
            person(request), one.row.room_id, one.row.user_id, **form.why()
        ),
        {
            "title": _("Remove these people from the room?"),
            "note": _("All open pages of theirs in that room end. They may come back if the room lets them."),
            "button": _("Remove"),
        },
        target=lambda row: (row.room_id, row.user_id),
    ),
    "switch": Deed(
        _("Ask to switch transport …"),
        lambda request: request.user.has_perm("chat.ask_to_switch"),
        lambda request, one, form: services.ask_to_switch(
            person(request), one.place, form.cleaned_data["to"], **form.why()
        ),
        {
            "title": _("Ask these pages to switch their transport?"),
            "note": _("Each page changes over without losing a message, and shows the reason."),
            "button": _("Ask"),
            "form_class": SwitchForm,
        },
    ),
    "end": Deed(
        _("End …"),
        lambda request: request.user.has_perm("chat.end_connection"),
        lambda request, one, form: services.end_connection(person(request), one.place, **form.why()),
        {
            "title": _("End these connections?"),
            "note": _("The pages come back by themselves and miss nothing. Nobody is kept out by this."),
            "button": _("End"),
        },
    ),
}


@admin.register(Connection)
class ConnectionAdmin(Unwritten, admin.ModelAdmin):  # type: ignore[type-arg]
    """The page, the same again for its script, and what is done with chosen connections."""

    def get_urls(self) -> list[Any]:
        wrap: Any = self.admin_site.admin_view
        return [
            path("", wrap(self.live), name="chat_connection_changelist"),
            path("now/", wrap(self.now), name="chat_connection_now"),
        ]

    async def live(self, request: HttpRequest) -> HttpResponse:
        """The page; a POST does something with chosen connections, or asks first."""
        form, query = await sync_to_async(self._read)(request)
        census = await feed.registrar().take(query)
        return await sync_to_async(self._act if request.method == "POST" else self._page)(request, form, census)

    async def now(self, request: HttpRequest) -> HttpResponse:
        """`{"parts": {name: HTML}}`: what the page's script puts in place of what it shows."""
        form, query = await sync_to_async(self._read)(request)
        census = await feed.registrar().take(query)
        return await sync_to_async(self._parts)(request, form, census)

    def _read(self, request: HttpRequest) -> tuple[ConnectionsForm, Query]:
        """What is asked for; raises `PermissionDenied`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ConnectionsForm(request.GET)
        if request.method == "POST":
            return form, Query(ids=tuple(request.POST.getlist(ACTION_CHECKBOX_NAME)[: AT_ONCE + 1]))
        return form, form.query()

    def _page(self, request: HttpRequest, form: ConnectionsForm, census: Census) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Live connections"),
            "opts": self.opts,
            "form": form,
            "deeds": [(name, deed.label) for name, deed in DEEDS.items() if deed.allowed(request)],
            "parts": PARTS,
            "live": self._shown(request, form, census),
        }
        return TemplateResponse(request, "admin/chat/connection/live.html", context)

    def _parts(self, request: HttpRequest, form: ConnectionsForm, census: Census) -> HttpResponse:
        context = {"live": self._shown(request, form, census)}
        drawn = {part: render_to_string(f"admin/chat/connection/{part}.html", context, request) for part in PARTS}
        return JsonResponse({"parts": drawn})

    def _shown(self, request: HttpRequest, form: ConnectionsForm, census: Census) -> Shown:
        may_choose = any(deed.allowed(request) for deed in DEEDS.values())
        return show(census, form.query().order, is_found=form.is_valid(), may_choose=may_choose)

    def _act(self, request: HttpRequest, form: ConnectionsForm, census: Census) -> HttpResponse:
        """Only what the processes say of a connection counts, not what the form says."""
        deed = DEEDS.get(request.POST.get("action", ""))
        if deed is None or not deed.allowed(request):
            raise PermissionDenied
        rows = [row for report in census.reports for row in report.rows]
        chosen = list({deed.target(row): Chosen(row) for row in rows}.values())
        if not chosen:
            self.message_user(request, _("These connections are gone. Nothing was changed."), "warning")
            return redirect(request.get_full_path())
        answer = ask_why(self, request, chosen, lambda one, why: deed.do(request, one, why), log="", **deed.page)
        return answer or redirect(request.get_full_path())

    # Who may

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("chat.view_connections")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """There is no row that could have a history: the record of acts has it."""
