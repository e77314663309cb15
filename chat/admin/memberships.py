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
from .base import ServicesAdmin, model_link
from .deletions import followed, may_delete_all
from .filters import MembersForm, NarrowMembers
from .members import OneMemberForm, apply
from .sanctions import SanctionForm, ask_why


@admin.register(Membership)
class MembershipAdmin(ServicesAdmin):
    """Every membership, also of those who have left: sanctions outlive leaving."""

    form = OneMemberForm
    list_display = ("who", "where", "role", "muted_until", "banned_until", "left_at")
    list_filter = (NarrowMembers, "role")
    lookups = (*MembersForm.base_fields, "role__exact")
    search_fields = ("user__username",)
    sortable_by = ()
    ordering = ("-pk",)
    readonly_fields = ("room_link", "user_link", "created_at", "left_at")
    fields = (
        *("room_link", "user_link", "role", "muted_until", "mute_reason", "banned_until", "ban_reason", "note"),
        *("created_at", "left_at"),
    )
    actions = ("ban", "mute", "remove", "delete_messages")

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
        apply(person(request), obj, form.changed_data, note=form.cleaned_data["note"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.remove_member(person(request), obj.room_id, obj.user_id)

    @admin.action(description=_("Ban from the room …"), permissions=["change"])
    def ban(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda one, form: services.ban(person(request), one.room_id, one.user_id, form.until(), **form.why()),
            form_class=SanctionForm,
            log=_("Banned from the room"),
            title=_("Ban these people?"),
            note=_("Open pages of theirs end at once. The room does not let them in until the ban is over."),
            button=_("Ban"),
        )

    @admin.action(description=_("Mute in the room …"), permissions=["change"])
    def mute(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda one, form: services.mute(person(request), one.room_id, one.user_id, form.until(), **form.why()),
            form_class=SanctionForm,
            log=_("Muted in the room"),
            title=_("Mute these people?"),
            note=_("They read on, and cannot write in the room until the mute is over."),
            button=_("Mute"),
        )

    def has_delete_all_permission(self, request: HttpRequest) -> bool:
        return may_delete_all(request)

    @admin.action(description=_("Delete their messages in the room …"), permissions=["delete_all"])
    def delete_messages(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        return followed(
            self,
            request,
            queryset,
            lambda one, form: services.delete_messages_of(person(request), one.user_id, one.room_id, **form.why()),
            log=_("All messages in the room deleted"),
            title=_("Delete all messages of these people in the room?"),
            note=_("All that they have said there by now. It can be undone as a whole until it is purged."),
            button=_("Delete their messages"),
        )

    @admin.action(description=_("Remove from the room …"), permissions=["delete"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Membership]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda one, form: services.remove_member(person(request), one.room_id, one.user_id, **form.why()),
            log=_("Removed from the room"),
            title=_("Remove these people?"),
            note=_("Open pages of theirs end at once. They may come back if the room lets them."),
            button=_("Remove"),
        )
