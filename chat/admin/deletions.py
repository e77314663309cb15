"""Deletions of all messages of a person: how far they are, and their way back."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .. import services
from ..models import Deletion
from ..pages import person
from .actions import too_many
from .base import ServicesAdmin, Unwritten, model_link
from .sanctions import ask_why

SECONDS = 1.0
"""Of one request: a lane of pages has others to serve. What is left then is carried on by the next one."""


def may_delete_all(request: HttpRequest) -> bool:
    return request.user.has_perm(services.DELETE_ALL)


@admin.register(Deletion)
class DeletionAdmin(Unwritten, ServicesAdmin):
    """Each is asked for from the page of a person or a list of members; here it is followed, and undone."""

    list_display = ("who", "where", "state", "deleted", "restored", "actor", "reason", "created_at")
    list_filter = ("state",)
    lookups = ("state__exact",)
    sortable_by = ()
    fields = ("person_link", "place", "state", "deleted", "restored", "actor", "reason", "created_at")
    readonly_fields = fields
    actions = ("carry_on", "restore")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deletion]:
        deletions: QuerySet[Deletion] = super().get_queryset(request)
        return deletions.select_related("person", "room", "actor")

    def get_urls(self) -> Any:
        carry_on = self.admin_site.admin_view(require_POST(self.carry_on_one))
        return [path("<int:pk>/carry-on/", carry_on, name="chat_deletion_carry_on"), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        context = {**(extra_context or {}), "may_carry_on": may_delete_all(request)}
        return super().change_view(request, object_id, form_url, context)

    def carry_on_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A part of what was asked for; then the page that tells how far it is."""
        if not may_delete_all(request):
            raise PermissionDenied
        carry_on([pk])
        return redirect("admin:chat_deletion_change", pk)

    # Columns

    @admin.display(description=_("messages of"))
    def who(self, deletion: Deletion) -> str:
        return deletion.person.username

    @admin.display(description=_("where"))
    def where(self, deletion: Deletion) -> str:
        return deletion.room.name if deletion.room else str(_("everywhere"))

    @admin.display(description=_("messages of"))
    def person_link(self, deletion: Deletion) -> str:
        return model_link(deletion.person)

    @admin.display(description=_("where"))
    def place(self, deletion: Deletion) -> str:
        return model_link(deletion.room) if deletion.room else self.where(deletion)

    # Nobody writes; who may delete may see what became of it

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or may_delete_all(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) or may_delete_all(request)

    def has_delete_all_permission(self, request: HttpRequest) -> bool:
        return may_delete_all(request)

    @admin.action(description=_("Carry on"), permissions=["delete_all"])
    def carry_on(self, request: HttpRequest, queryset: QuerySet[Deletion]) -> None:
        """Those that are not done yet; what is left after the time of a request is for the next one."""
        if not too_many(self, request, queryset):
            carry_on(queryset.filter(state__in=Deletion.UNDER_WAY).values_list("pk", flat=True))

    @admin.action(description=_("Restore …"), permissions=["delete_all"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Deletion]) -> HttpResponse | None:
        return followed(
            self,
            request,
            queryset,
            lambda one, form: services.restore_messages_of(person(request), one.pk, **form.why()),
            log=_("Restored"),
            title=_("Restore all of these messages?"),
            note=_("Exactly those come back that this deleted, in their places, at once on open pages."),
            button=_("Restore"),
        )


def followed(
    model_admin: Any, request: HttpRequest, chosen: QuerySet[Any], act: Any, **page: Any
) -> HttpResponse | None:
    """Asks why, then lets `act` ask for a deletion or its way back for each row, does a part, and leads to the rest."""
    asked: list[Deletion] = []
    answer = ask_why(model_admin, request, chosen, lambda row, form: asked.append(act(row, form)), **page)
    if not asked:
        return answer
    carry_on([one.pk for one in asked])
    return _shown(asked)


def carry_on(keys: Iterable[int]) -> None:
    """As much as the time of one request allows, one after the other."""
    end = time.monotonic() + SECONDS
    for pk in keys:
        services.carry_on(pk, end - time.monotonic())


def _shown(asked: list[Deletion]) -> HttpResponse:
    one = len(asked) == 1
    return redirect("admin:chat_deletion_change", asked[0].pk) if one else redirect("admin:chat_deletion_changelist")
