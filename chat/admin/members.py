"""Members in the page of a room."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import services
from ..models import Membership, Room, User
from .inlines import NewestFormSet
from .widgets import Autocomplete

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


class OneMemberForm(MemberForm):
    """The same with the reasons that the person is shown, and a note for the record of acts."""

    note = forms.CharField(label=_("Note for moderators"), max_length=2000, required=False, widget=forms.Textarea)

    class Meta:
        model = Membership
        fields = ("role", "muted_until", "mute_reason", "banned_until", "ban_reason")


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
    extra = 1
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).none()

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """The person by search, without buttons that would open another page from within the row."""
        if db_field.name == "user":
            return db_field.formfield(widget=Autocomplete(db_field, self.admin_site))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

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


def apply(actor: User, member: Membership, changed: list[str], *, note: str = "") -> None:
    """Gives a person the role and the sanctions that the row says."""
    room_id, user_id = member.room_id, member.user_id
    if "role" in changed:
        services.set_role(actor, room_id, user_id, member.role)
    if {"muted_until", "mute_reason"} & set(changed):
        services.mute(actor, room_id, user_id, member.muted_until, reason=member.mute_reason, note=note)
    if {"banned_until", "ban_reason"} & set(changed):
        services.ban(actor, room_id, user_id, member.banned_until, reason=member.ban_reason, note=note)
