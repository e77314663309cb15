"""Announcements in the admin: made, seen, ended."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import services
from ..models import Announcement
from ..pages import person
from .actions import run, too_many
from .base import ServicesAdmin
from .filters import YesNo
from .members import YEARS
from .widgets import Autocomplete


class Shown(YesNo):
    title = _("shown now")
    parameter_name = "shown"

    def condition(self) -> Q:
        return Announcement.shown()


class AnnouncementForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Announcement
        fields = ("text", "room", "until")
        widgets: ClassVar[Any] = {"text": forms.Textarea(attrs={"rows": 2, "cols": 60})}

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until.year not in YEARS:
            raise forms.ValidationError(_("Choose a time within this century or the next."))
        return until


@admin.register(Announcement)
class AnnouncementAdmin(ServicesAdmin):
    """Notices to one room or to all. They are made and ended, not edited: people have read them."""

    form = AnnouncementForm
    list_display = ("text", "where", "created_by", "created_at", "until", "ended_at", "is_shown")
    list_filter = (Shown,)
    lookups = ("shown",)
    search_fields = ("text", "room__name")
    search_help_text = _("Searches texts and names of rooms.")
    sortable_by = ()
    fields = ("text", "room", "until")
    actions = ("end",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        found: QuerySet[Announcement] = super().get_queryset(request)
        return found.select_related("room", "created_by")

    @admin.display(description=_("room"))
    def where(self, announcement: Announcement) -> str:
        return announcement.room.name if announcement.room else str(_("everywhere"))

    @admin.display(description=_("shown"), boolean=True)
    def is_shown(self, announcement: Announcement) -> bool:
        return announcement.is_shown

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """The room by search, without buttons that lead to pages of rooms."""
        if db_field.name == "room":
            return db_field.formfield(widget=Autocomplete(db_field, self.admin_site))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("chat.announce"))

    def has_announce_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are ended, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = services.announce(person(request), obj.room_id, obj.text, until=obj.until)
        obj.__dict__.update(made.__dict__)

    @admin.action(description=_("End now"), permissions=["announce"])
    def end(self, request: HttpRequest, queryset: QuerySet[Announcement]) -> None:
        if too_many(self, request, queryset):
            return
        actor = person(request)
        run(self, request, queryset, lambda one: services.end_announcement(actor, one.pk), _("Ended"))
