"""People in the admin: Django's own for users, without deletion, as what they wrote stays."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .. import sanctions, services
from ..models import Act, Membership, User
from ..pages import person
from .base import ServicesAdmin, link_to, model_link
from .changes import NOTHING, changes, place_of
from .deletions import followed, may_delete_all
from .inlines import ReadOnlyInline
from .people_forms import AddPersonForm, PasswordOfPersonForm, PersonForm
from .sanctions import SanctionActions, ask_why


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


@admin.register(User)
class PersonAdmin(SanctionActions, ServicesAdmin, UserAdmin):  # type: ignore[type-arg]
    """Accounts and guests. Staff are changed by superusers alone, or rights could be taken as well as given."""

    form = PersonForm
    add_form = AddPersonForm
    change_password_form = PasswordOfPersonForm
    list_display = ("username", "is_guest", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("is_guest", "is_active", "is_staff", "is_superuser")
    lookups = ("is_guest__exact", "is_active__exact", "is_staff__exact", "is_superuser__exact")
    search_fields = ("username",)
    search_help_text = _("Searches names.")
    _SANCTIONS = ("told_of_mute", "told_of_ban")
    readonly_fields = ("is_guest", *_SANCTIONS, "last_login", "date_joined", "see_also")
    inlines = (Rooms, ActsOnThem)
    actions = (
        *("ban_everywhere", "lift_ban", "mute_everywhere", "lift_mute", "end_sessions"),
        *("delete_all_messages", "close_accounts"),
    )
    fieldsets = (
        (None, {"fields": ("username", "password", "is_guest", "look", "see_also")}),
        (_("Sanctions everywhere"), {"fields": _SANCTIONS}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    _RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")

    @admin.display(description=_("muted; they are told"))
    def told_of_mute(self, user: User) -> str:
        told = sanctions.mute(user, None)
        return told.sentence if told else NOTHING

    @admin.display(description=_("banned; they are told"))
    def told_of_ban(self, user: User) -> str:
        return sanctions.ban_everywhere(user) or NOTHING

    @admin.display(description=_("see also"))
    def see_also(self, user: User) -> str:
        name = {"person": user.username}
        return format_html(
            "{} · {} · {} · {}",
            link_to("chat_message_changelist", _("messages"), query=f"?author={user.pk}"),
            link_to("chat_connection_changelist", _("where they are connected"), query=f"?{urlencode(name)}"),
            link_to("chat_act_changelist", _("history of acts on them"), query=f"?person={user.pk}"),
            link_to("chat_act_changelist", _("acts of theirs"), query=f"?actor={user.pk}"),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the actions of the list, for the one person."""
        offered = [(name, text) for name, text in self.get_action_choices(request) if name]
        context = {**(extra_context or {}), "person_actions": offered}
        return super().change_view(request, object_id, form_url, context)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *self._RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        above = obj is not None and obj.is_staff and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are closed: what somebody wrote stays under their name."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data, actor = form.cleaned_data, person(request)
        if not change:
            obj.__dict__.update(services.add_person(actor, data["username"], data["password1"] or None).__dict__)
            return
        if "username" in form.changed_data:
            services.rename_person(obj, data["username"], actor=actor)
        services.change_person(actor, obj, set(form.changed_data))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Groups and permissions are written by the service, and not by the form."""
        form.save_m2m = partial(_save_rights, person(request), form)
        super().save_related(request, form, formsets, change)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Knows who is about to change it: the form of a password is not given the request."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.changing = person(request)
        return found

    def has_delete_all_permission(self, request: HttpRequest) -> bool:
        return may_delete_all(request)

    @admin.action(description=_("Delete all their messages …"), permissions=["delete_all"])
    def delete_all_messages(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        return followed(
            self,
            request,
            queryset,
            lambda user, form: services.delete_messages_of(person(request), user.pk, **form.why()),
            log=_("All messages deleted"),
            title=_("Delete all messages of these people?"),
            note=_("In every room, all that they have said by now. It can be undone as a whole until it is purged."),
            button=_("Delete all their messages"),
        )

    @admin.action(description=_("Close the accounts …"), permissions=["change"])
    def close_accounts(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda user, form: services.close_account(person(request), user, **form.why()),
            log=_("Account closed"),
            title=_("Close these accounts?"),
            note=_(
                "Their sessions end, and their open pages. What they wrote stays. Each page of a person can undo it."
            ),
            button=_("Close the accounts"),
        )


def _save_rights(actor: User, form: Any) -> None:
    if {"groups", "user_permissions"} & set(form.changed_data):
        services.set_rights(actor, form.instance, form.cleaned_data["groups"], form.cleaned_data["user_permissions"])
