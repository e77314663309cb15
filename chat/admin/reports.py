"""The queue of reports: what people say is wrong, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from .. import services
from ..models import Report
from ..pages import person
from .base import ServicesAdmin, Unwritten, model_link
from .sanctions import ask_why


class StateFilter(admin.SimpleListFilter):
    """Open ones, unless something else is chosen."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Report.State.choices, ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """Without Django's own "All", which would stand for the open ones here."""
        for value, title in self.lookup_choices:
            yield {
                "selected": str(value) == (self.value() or Report.State.OPEN),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or Report.State.OPEN)


@admin.register(Report)
class ReportAdmin(Unwritten, ServicesAdmin):
    """Reports, the oldest of the queue first."""

    list_display = ("reason", "excerpt", "author", "where", "reporter", "created_at", "state")
    list_filter = (StateFilter,)
    lookups = ("state",)
    sortable_by = ()
    ordering = ("created_at", "pk")
    fields = (
        *("reason", "body", "message_link", "author_link", "room_link", "reporter", "created_at"),
        *("state", "decided_by", "decided_at"),
    )
    readonly_fields = fields
    actions = ("accept", "dismiss")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        reports: QuerySet[Report] = super().get_queryset(request)
        return reports.select_related("message__room", "message__author", "reporter", "decided_by")

    # Columns

    @admin.display(description=_("message"))
    def excerpt(self, report: Report) -> str:
        return Truncator(report.message.body).chars(120) or str(_("deleted"))

    @admin.display(description=_("text"))
    def body(self, report: Report) -> str:
        return report.message.body or str(_("deleted"))

    @admin.display(description=_("author"))
    def author(self, report: Report) -> str:
        return report.message.author.username

    @admin.display(description=_("room"))
    def where(self, report: Report) -> str:
        return report.message.room.name

    @admin.display(description=_("message"))
    def message_link(self, report: Report) -> str:
        return model_link(report.message)

    @admin.display(description=_("author"))
    def author_link(self, report: Report) -> str:
        return model_link(report.message.author)

    @admin.display(description=_("room"))
    def room_link(self, report: Report) -> str:
        return model_link(report.message.room)

    # Deciding

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat.change_report")

    @admin.action(description=_("Accept: delete the message …"), permissions=["decide"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Report]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda report, form: services.accept_report(person(request), report.pk, **form.why()),
            log=_("Accepted"),
            title=_("Accept these reports?"),
            note=_("The messages are deleted, and every other open report of them is accepted, too."),
            button=_("Delete the messages"),
            describe=_describe,
        )

    @admin.action(description=_("Dismiss …"), permissions=["decide"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Report]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda report, form: services.dismiss_report(person(request), report.pk, **form.why()),
            log=_("Dismissed"),
            title=_("Dismiss these reports?"),
            note=_("The messages stay."),
            button=_("Dismiss"),
            describe=_describe,
        )


def _describe(report: Report) -> str:
    excerpt = Truncator(report.message.body).chars(80) or _("deleted")
    return f"{report.reason} · {report.message.author} · {report.message.room}: {excerpt}"
