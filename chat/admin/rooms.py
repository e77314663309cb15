"""Rooms in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .. import services
from ..forms import RoomSettingsForm, in_order
from ..models import Membership, Message, Room
from ..pages import person
from .actions import ask, confirmed, run, too_many
from .base import ServicesAdmin, link_to
from .members import AddMembers, Members, save_members
from .room_exports import RoomExports
from .statistics import StatisticsPage


class RoomForm(RoomSettingsForm):
    """The form of the room's own page, and a mark of what its sender had seen."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version
        self.initial.setdefault("allowed_transports", self.instance.allowed_transports)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("seen_version") != self.instance.version:
            self.add_error(None, _("Somebody changed this room in the meantime. Load the page again, then change it."))
        return cleaned


@admin.register(Room)
class RoomAdmin(StatisticsPage, RoomExports, ServicesAdmin):
    """All rooms. Their names and doors change on open pages at once."""

    form = RoomForm
    list_display = ("name", "kind_word", "state", "guests_may", "transports", "members", "last_message")
    list_filter = ("state", "kind", "guests", "default_transport")
    lookups = ("state__exact", "kind__exact", "guests__exact", "default_transport__exact")
    search_fields = ("name", "topic", "slug")
    search_help_text = _("Searches names, topics and addresses.")
    readonly_fields = ("slug", "created_at", "created_by", "see_also")
    inlines: ClassVar[Any] = (Members, AddMembers)
    actions = ("open", "make_read_only", "archive", "export_jsonl", "export_html")
    add_fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "topic")}),
        (_("Doors"), {"fields": ("kind", "state", "guests")}),
        (
            _("Transports"),
            {"fields": ("allowed_transports", "default_transport", "poll_interval_ms", "hold_s")},
        ),
        (_("Messages"), {"fields": ("slow_mode_s", "max_length", "retention_days")}),
    )
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "topic", "slug", "see_also", "seen_version")}),
        *add_fieldsets[1:],
        (_("Origin"), {"fields": ("created_at", "created_by")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        here = Membership.objects.filter(room=OuterRef("pk"), left_at=None).order_by().values("room")
        newest = Message.objects.filter(room=OuterRef("pk")).order_by("-seq").values("created_at")
        counted = Coalesce(Subquery(here.annotate(count=Count("pk")).values("count")), 0)
        rooms: QuerySet[Room] = super().get_queryset(request)
        return rooms.annotate(member_count=counted, last_message_at=Subquery(newest[:1]))

    # Columns

    @admin.display(description=_("kind"), ordering="kind")
    def kind_word(self, room: Room) -> str:
        return room.get_kind_display().partition(":")[0]

    @admin.display(description=_("guests"), ordering="guests")
    def guests_may(self, room: Room) -> str:
        words = {"none": _("stay out"), "read": _("read"), "write": _("read, write")}
        return str(words[room.guests])

    @admin.display(description=_("transports"))
    def transports(self, room: Room) -> str:
        words = dict(Room.Transport.choices)
        allowed = [str(words[name]) for name in in_order(room.allowed_transports)]
        return ", ".join(allowed) if len(allowed) < len(words) else str(_("All"))

    @admin.display(description=_("members"), ordering="member_count")
    def members(self, room: Any) -> int:
        return int(room.member_count)

    @admin.display(description=_("last message"), ordering="last_message_at")
    def last_message(self, room: Any) -> Any:
        return room.last_message_at

    @admin.display(description=_("see also"))
    def see_also(self, room: Room) -> str:
        query = f"?room={room.pk}"
        return format_html(
            "{} · {} · {} · {} · {}",
            link_to("chat_room_statistics", _("figures"), room.pk),
            link_to("chat_connection_changelist", _("who is connected"), query=f"?room={room.slug}"),
            link_to("chat_message_changelist", _("messages"), query=query),
            link_to("chat_membership_changelist", _("all members"), query=query),
            link_to("chat_act_changelist", _("history of acts"), query=query),
        )

    def view_on_site(self, room: Room) -> str:
        return room.get_absolute_url()

    # Writing

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rooms are archived. Deleting takes everybody's messages with it, so it is left to superusers."""
        return bool(request.user.is_superuser and request.user.is_active)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Without Django's list of all that goes too, which would read every message."""
        shown = [_("Room “%(room)s” with all its messages, members and invite links") % {"room": room} for room in objs]
        return shown, {self.opts.verbose_name_plural: len(shown)}, set(), []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        names = form.changed_data if change else form.cleaned_data
        fields = {name: form.cleaned_data[name] for name in names if name in services.ROOM_FIELDS}
        if "allowed_transports" in fields:
            fields["allowed_transports"] = in_order(fields["allowed_transports"])
        actor = person(request)
        room = services.update_room(actor, obj.pk, **fields) if change else services.create_room(actor, **fields)
        # The page goes on with this object: it must be the stored one.
        obj.__dict__.update(room.__dict__)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        save_members(person(request), form.instance, formset)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.delete_room(person(request), obj.pk)

    # Actions

    @admin.action(description=_("Open for messages"), permissions=["change"])
    def open(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        self._set_state(request, queryset, Room.State.OPEN)

    @admin.action(description=_("Make read-only"), permissions=["change"])
    def make_read_only(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        self._set_state(request, queryset, Room.State.READ_ONLY)

    @admin.action(description=_("Archive …"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Room]) -> HttpResponse | None:
        if too_many(self, request, queryset):
            return None
        if confirmed(request):
            self._set_state(request, queryset, Room.State.ARCHIVED)
            return None
        note = _("Nobody can write in an archived room, and only its members find it. Its messages stay.")
        return ask(self, request, queryset, title=_("Archive these rooms?"), note=note, button=_("Archive"))

    def _set_state(self, request: HttpRequest, rooms: QuerySet[Room], state: Room.State) -> None:
        if too_many(self, request, rooms):
            return
        actor = person(request)
        log = _("State: %(state)s") % {"state": state.label}
        run(self, request, rooms, lambda room: services.update_room(actor, room.pk, state=state.value), log)
