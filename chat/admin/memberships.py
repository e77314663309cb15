"""Members as a list of their own, for rooms with very many, and for sanctions on those who have left."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .. import access, services
from ..models import Membership
from ..pages import person
from .actions import ask, confirmed, run, too_many
from .base import ServicesAdmin, model_link
from .filters import MembersForm, NarrowMembers
from .members import MemberForm, apply


@admin.register(Membership)
class MembershipAdmin(ServicesAdmin):
    """Every membership, also of those who have left: sanctions outlive leaving."""

    form = MemberForm
    list_display = ("who", "where", "role", "muted_until", "banned_until", "left_at")
    list_filter = (NarrowMembers, "role")
    lookups = (*MembersForm.base_fields, "role__exact")
    search_fields = ("user__username",)
    sortable_by = ()
    ordering = ("-pk",)
    readonly_fields = ("room_link", "user_link", "created_at", "left_at")
    fields = ("room_link", "user_link", "role", "muted_until", "banned_until", "created_at", "left_at")
    actions = ("remove",)

    @property
    def media(self) -> forms.Media:
        return super().media + MembersForm().media

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        members: QuerySet[Membership] = super().get_queryset(request)
        return members.select_related("room", "user")

    @admin.display(description=_("person"))
    def who(self, member: Membership) -> str:
        return member.user.username

    @admin.display(description=_("room"))
    def where(self, member: Membership) -> str:
        return member.room.name

    @admin.display(description=_("person"))
    def user_link(self, member: Membership) -> str:
        return model_link(member.user)

    @admin.display(description=_("room"))
    def room_link(self, member: Membership) -> str:
        return model_link(member.room)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People are added in the page of a room."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As in the page of a room: also who may change rooms."""
        return super().has_change_permission(request, obj) and access.is_site_moderator(person(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and access.is_site_moderator(person(request))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        shown = [str(member) for member in objs]
        return shown, {self.opts.verbose_name_plural: len(shown)}, set(), []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        apply(person(request), obj, form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.remove_member(person(request), obj.room_id, obj.user_id)

    @admin.action(description=_("Remove from the room …"), permissions=["delete"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        if too_many(self, request, queryset):
            return None
        actor = person(request)
        if confirmed(request):
            run(
                self,
                request,
                queryset,
                lambda member: services.remove_member(actor, member.room_id, member.user_id),
                _("Removed from the room"),
            )
            return None
        title = _("Remove these people?")
        note = _("Open pages of theirs end at once. They may come back if the room lets them.")
        return ask(self, request, queryset, title=title, note=note, button=_("Remove"))
