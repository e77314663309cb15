"""Members of rooms: in the page of a room, and as a list of their own for rooms with very many."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .. import access, services
from ..models import Membership, Room, User
from ..pages import person
from .actions import ask, confirmed, run, too_many
from .base import ServicesAdmin, model_link
from .filters import MembersForm, NarrowMembers
from .inlines import NewestFormSet

YEARS = range(2000, 2201)
"""A sanction ends in one of these: days that every database and time zone can count with."""


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """Role and sanctions. Whether the person is in the room already is for the services to say."""

    class Meta:
        model = Membership
        fields = ("role", "muted_until", "banned_until")

    def clean(self) -> dict[str, Any]:
        """Without the check of uniqueness: who has left keeps a row, and may be added again."""
        cleaned = self.cleaned_data
        for name in ("muted_until", "banned_until"):
            if cleaned.get(name) and cleaned[name].year not in YEARS:
                self.add_error(name, _("Choose a time within this century or the next."))
        return cleaned


class AddMemberForm(MemberForm):
    """A person to be added."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        room, user = self.instance.room_id, cleaned.get("user")
        if user and Membership.objects.filter(room=room, user=user, left_at=None).exists():
            self.add_error("user", _("Is a member already."))
        return cleaned


class Members(admin.TabularInline):  # type: ignore[type-arg]
    """Who is in the room, those with most to say first; at most as many as one form can carry."""

    model = Membership
    form = MemberForm
    formset = NewestFormSet
    fields: ClassVar[Any] = ("user", "role", "muted_until", "banned_until")
    readonly_fields: ClassVar[Any] = ("user",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rank = Case(*(When(role=role, then=place) for place, role in enumerate(Membership.Role.values)))
        found = super().get_queryset(request).select_related("user", "room").filter(left_at=None)
        return found.order_by(rank, "-pk")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AddMembers(Members):
    """People to be added."""

    form = AddMemberForm
    fields: ClassVar[Any] = ("user", "role")
    verbose_name = _("new member")
    verbose_name_plural = _("add members")
    readonly_fields: ClassVar[Any] = ()
    autocomplete_fields = ("user",)
    extra = 1
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).none()

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Without buttons that would open another page from within the row."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "user" and field:
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False
        return field

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.TabularInline.has_add_permission(self, request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def save_members(actor: User, room: Room, formset: Any) -> None:
    """Carries a form set of members out, service by service; raises what they raise."""
    formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
    # Who becomes an owner comes first, so that a room may change hands in one go.
    for form in sorted(formset.forms, key=lambda form: form.instance.role != Membership.Role.OWNER):
        member = form.instance
        if member.pk and formset.can_delete and form in formset.deleted_forms:
            services.remove_member(actor, room.pk, member.user_id)
            formset.deleted_objects.append(member)
        elif form.has_changed() and member.user_id:
            new = not member.pk
            apply(actor, member, ["role", *form.changed_data] if new else form.changed_data)
            (formset.new_objects.append(member) if new else formset.changed_objects.append((member, form.changed_data)))


def apply(actor: User, member: Membership, changed: list[str]) -> None:
    """Gives a person the role and the sanctions that the row says."""
    if "role" in changed:
        services.set_role(actor, member.room_id, member.user_id, member.role)
    if "muted_until" in changed:
        services.mute(actor, member.room_id, member.user_id, member.muted_until)
    if "banned_until" in changed:
        services.ban(actor, member.room_id, member.user_id, member.banned_until)


@admin.register(Membership)
class MembershipAdmin(ServicesAdmin):
    """Every membership, also of those who have left: sanctions outlive leaving."""

    form = MemberForm
    list_display = ("who", "where", "role", "muted_until", "banned_until", "left_at")
    list_select_related = ("room", "user")
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
