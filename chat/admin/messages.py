"""Messages in the admin: to find, to read, to delete. Their text is their author's: nobody else edits it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from .. import services
from ..models import Message, Revision
from ..pages import person
from .base import ServicesAdmin, model_link
from .changes import NOTHING
from .filters import MessagesForm, NarrowMessages, YesNo
from .inlines import ReadOnlyInline
from .keyset import KeysetChangeList, Walk
from .sanctions import ask_why


class Deleted(YesNo):
    title = _("deleted")
    parameter_name = "deleted"

    def condition(self) -> Q:
        return Q(deleted_at__isnull=False)


class Revisions(ReadOnlyInline):
    """What the message said before."""

    model = Revision
    fields = ("created_at", "editor", "body")
    ordering = ("-version",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        return super().get_queryset(request).select_related("editor", "message")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the message."""
        return request.user.has_perm("chat.view_message")


@admin.register(Message)
class MessageAdmin(ServicesAdmin):
    """All messages, the newest first. Columns do not sort: each order that is offered has an index."""

    list_display = ("excerpt", "said_state", "room", "author", "created_at")
    list_filter = (NarrowMessages, "kind", Deleted)
    lookups = (*MessagesForm.base_fields, "kind__exact", "deleted")
    search_fields = ("body",)
    search_help_text = _("Searches the text of messages, the newest first. Choosing a room or days makes it quicker.")
    sortable_by = ()
    fields = (
        *("body", "room_link", "author_link", "kind", "seq", "reply_to_seq"),
        *("created_at", "edited_at", "deleted_at"),
    )
    readonly_fields = fields
    inlines = (Revisions,)
    actions = ("delete_messages", "restore_messages")

    @property
    def media(self) -> forms.Media:
        return super().media + MessagesForm().media

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj and (obj.edited_at or obj.deleted_at) else ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:
        return KeysetChangeList

    def get_walk(self, changelist: Any) -> Walk:
        """Along the index of the room, else of the author, else of time; what else is asked for is looked for on it."""
        narrow = changelist.filter_specs[0]
        chosen = narrow.chosen()
        rows: QuerySet[Message] = Message.objects.all()
        asked = {name for name, values in changelist.get_filters_params().items() if any(values)}
        if "room" in chosen:
            is_plain = not changelist.query and asked <= {"room"}
            return Walk(rows.filter(room=chosen["room"]), changelist.queryset, ("seq",), is_plain)
        is_plain = not changelist.query and asked <= {"author", "since", "until"}
        return Walk(narrow.narrowed(rows), changelist.queryset, ("created_at", "pk"), is_plain)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """By time; within a room by place, which is the same order with an index of that room's own."""
        return ("-room_id", "-seq") if request.GET.get("room") else ("-created_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        messages: QuerySet[Message] = super().get_queryset(request)
        return messages.select_related("room", "author")

    # Columns

    @admin.display(description=_("text"))
    def excerpt(self, message: Message) -> str:
        return excerpt(message)

    @admin.display(description=_("state"))
    def said_state(self, message: Message) -> str:
        return state_of(message)

    @admin.display(description=_("room"))
    def room_link(self, message: Message) -> str:
        return model_link(message.room)

    @admin.display(description=_("author"))
    def author_link(self, message: Message) -> str:
        return model_link(message.author)

    def view_on_site(self, message: Message) -> str:
        return f"{message.room.get_absolute_url()}#m-{message.seq}"

    # Writing

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What is left is a tombstone; its earlier versions stay for moderators."""
        shown = [_describe(message) for message in objs]
        return shown, {self.opts.verbose_name_plural: len(shown)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.delete_message(person(request), obj.room_id, obj.seq)

    @admin.action(description=_("Delete …"), permissions=["delete"])
    def delete_messages(self, request: HttpRequest, queryset: QuerySet[Message]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda one, form: services.delete_message(person(request), one.room_id, one.seq, **form.why()),
            log=_("Deleted"),
            title=_("Delete these messages?"),
            note=_("Everybody sees “message deleted” in their place, at once. What they said stays readable here."),
            button=_("Delete"),
            describe=_describe,
        )

    @admin.action(description=_("Restore …"), permissions=["delete"])
    def restore_messages(self, request: HttpRequest, queryset: QuerySet[Message]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda one, form: services.restore_message(person(request), one.room_id, one.seq, **form.why()),
            log=_("Restored"),
            title=_("Restore these messages?"),
            note=_("Everybody sees again what they said, in their place, at once."),
            button=_("Restore"),
            describe=_describe,
        )


def excerpt(message: Message, most: int = 120) -> str:
    """The beginning of its text, in one line of a list."""
    return Truncator(message.body).chars(most) or NOTHING


def state_of(message: Message) -> str:
    if message.deleted_at:
        return str(_("deleted"))
    return str(_("edited")) if message.edited_at else ""


def _describe(message: Message) -> str:
    return f"{message.author} · {message.room}: {excerpt(message, 80)}"
