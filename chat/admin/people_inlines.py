"""What the page of a person shows below their form: their rooms, and what was done to them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Act, Membership
from .base import model_link
from .changes import changes, place_of
from .inlines import ReadOnlyInline


class Rooms(ReadOnlyInline):
    """The rooms of a person, the latest first."""

    model = Membership
    verbose_name_plural = _("rooms")
    fields = ("room_link", "role", "muted_until", "banned_until", "created_at", "left_at")
    readonly_fields = fields
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("room", "user")

    @admin.display(description=_("room"))
    def room_link(self, member: Membership) -> str:
        return model_link(member.room)


class ActsOnThem(ReadOnlyInline):
    """What staff and moderators did to the person, the latest first: their sanctions, past and present."""

    model = Act
    fk_name = "person"
    verbose_name_plural = _("sanctions and other acts on them")
    fields = ("created_at", "verb", "actor_name", "place", "what_changed", "reason", "note")
    readonly_fields = fields

    @admin.display(description=_("where"))
    def place(self, act: Act) -> str:
        return place_of(act)

    @admin.display(description=_("changes"))
    def what_changed(self, act: Act) -> str:
        return changes(act)
