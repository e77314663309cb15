"""The record of acts in the admin: to find, to read, to take away. Nobody changes it, superusers included."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from ..exports import FORMS
from ..models import Act, Message, Room, User
from .base import ServicesAdmin, Unwritten, link_to, model_link
from .changes import NOTHING, changes, place_of
from .filters import ActsForm, NarrowActs
from .streams import download

NAMES_OF_A_SEARCH = 200
"""People and rooms whose acts one search looks for: their keys, so that the indexes find the acts."""


@admin.register(Act)
class ActAdmin(Unwritten, ServicesAdmin):
    """What staff and moderators did, the latest first. Columns do not sort: each order that is offered has an index."""

    list_display = ("created_at", "verb", "by", "on", "where", "seq", "reason")
    list_filter = (NarrowActs, "verb")
    lookups = (*ActsForm.base_fields, "verb__exact")
    search_fields = ("actor_name",)
    search_help_text = _("Searches names of people and rooms.")
    sortable_by = ()
    fields = ("created_at", "verb", "by_link", "on_link", "room_link", "message_link", "what_changed", "reason", "note")
    readonly_fields = fields
    actions = ("export_jsonl", "export_csv")

    @property
    def media(self) -> forms.Media:
        return super().media + ActsForm().media

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the keys of people and rooms that are called so: looking into every act would read the whole record."""
        term = search_term.replace("\0", "").strip()
        return (queryset.filter(_of_name(term)) if term else queryset), False

    # Columns

    @admin.display(description=_("by"))
    def by(self, act: Act) -> str:
        return act.actor_name or str(_("system"))

    @admin.display(description=_("on"))
    def on(self, act: Act) -> str:
        return act.person_name or NOTHING

    @admin.display(description=_("room"))
    def where(self, act: Act) -> str:
        return place_of(act)

    @admin.display(description=_("by"))
    def by_link(self, act: Act) -> str:
        return _linked("chat_user_change", self.by(act), act.actor_id)

    @admin.display(description=_("on"))
    def on_link(self, act: Act) -> str:
        return _linked("chat_user_change", act.person_name, act.person_id)

    @admin.display(description=_("room"))
    def room_link(self, act: Act) -> str:
        return _linked("chat_room_change", act.room_name, act.room_id)

    @admin.display(description=_("message"))
    def message_link(self, act: Act) -> str:
        if act.seq is None or act.room_id is None:
            return f"#{act.seq}" if act.seq else NOTHING
        found = Message.objects.select_related("room").filter(room_id=act.room_id, seq=act.seq).first()
        return model_link(found) if found else f"#{act.seq}"

    @admin.display(description=_("changes"))
    def what_changed(self, act: Act) -> str:
        return changes(act)

    # Actions

    @admin.action(description=_("Export as JSON lines"), permissions=["view"])
    def export_jsonl(self, request: HttpRequest, queryset: QuerySet[Act]) -> HttpResponseBase:
        return download(request, queryset, FORMS["jsonl"], "acts.jsonl")

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Act]) -> HttpResponseBase:
        return download(request, queryset, FORMS["csv"], "acts.csv")


def _of_name(term: str) -> Q:
    """Acts by or on people, or in rooms, whose name holds the term; of rooms that are gone, by their whole name."""
    people = list(User.objects.filter(username__icontains=term).values_list("pk", flat=True)[:NAMES_OF_A_SEARCH])
    rooms = list(Room.objects.filter(name__icontains=term).values_list("pk", flat=True)[:NAMES_OF_A_SEARCH])
    gone = Q(room=None, room_name=term)
    return Q(actor__in=people) | Q(person__in=people) | Q(room__in=rooms) | gone


def _linked(url_name: str, name: str, key: int | None) -> str:
    return link_to(url_name, name, key) if key else name or NOTHING
