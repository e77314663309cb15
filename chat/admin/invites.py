"""Invite links in the admin: to see who handed out which, and to end them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import access, services
from ..models import Invite
from ..pages import person
from .actions import run, too_many
from .base import ServicesAdmin, Unwritten
from .filters import YesNo


class Open(YesNo):
    title = _("open")
    parameter_name = "open"

    def condition(self) -> Q:
        return Invite.still_open()


@admin.register(Invite)
class InviteAdmin(Unwritten, ServicesAdmin):
    """The links themselves are secrets between people, so they are not shown."""

    list_display = ("room", "created_by", "created_at", "expires_at", "used", "is_open")
    list_filter = (Open,)
    lookups = ("open",)
    search_fields = ("room__name", "created_by__username")
    search_help_text = _("Searches rooms and people.")
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("room", "created_by", "created_at", "expires_at", "used")
    readonly_fields = fields
    actions = ("expire",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invite]:
        invites: QuerySet[Invite] = super().get_queryset(request)
        return invites.select_related("room", "created_by")

    @admin.display(description=_("used by"))
    def used(self, invite: Invite) -> str:
        if invite.max_uses is None:
            return str(invite.uses)
        return _("%(uses)d of %(most)d") % {"uses": invite.uses, "most": invite.max_uses}

    @admin.display(description=_("open"), boolean=True)
    def is_open(self, invite: Invite) -> bool:
        return invite.is_open

    def has_expire_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat.change_invite") and access.is_site_moderator(person(request))

    @admin.action(description=_("End now"), permissions=["expire"])
    def expire(self, request: HttpRequest, queryset: QuerySet[Invite]) -> None:
        if too_many(self, request, queryset):
            return
        actor = person(request)
        run(self, request, queryset, lambda invite: services.expire_invite(actor, invite.pk), _("Ended"))
