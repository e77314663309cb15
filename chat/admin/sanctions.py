"""Acts on people that ask first: for how long, why, and what other moderators should know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import services
from ..models import FOR_GOOD, MAX_REASON, User
from ..pages import person
from .actions import ask, confirmed, run, too_many

MAX_NOTE = 2000
_LONG = 10**6
_DURATIONS = {
    1: _("1 hour"),
    24: _("1 day"),
    24 * 7: _("1 week"),
    24 * 30: _("30 days"),
    24 * 365: _("1 year"),
    _LONG: _("For good"),
}
"""Hours."""


class ReasonForm(forms.Form):
    """Why, for the record of acts."""

    reason = forms.CharField(label=_("Reason"), max_length=MAX_REASON, required=False)
    note = forms.CharField(
        label=_("Note for moderators"),
        max_length=MAX_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the record of acts, and not shown to the person."),
    )

    def why(self) -> dict[str, str]:
        return {"reason": self.cleaned_data["reason"], "note": self.cleaned_data["note"]}


class SanctionForm(ReasonForm):
    """For how long, and a reason that the person is shown."""

    hours = forms.TypedChoiceField(label=_("For"), choices=list(_DURATIONS.items()), coerce=int, initial=24)
    field_order = ("hours", "reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Shown to the person.")

    def until(self) -> datetime:
        hours: int = self.cleaned_data["hours"]
        return FOR_GOOD if hours == _LONG else timezone.now() + timedelta(hours=hours)


def ask_why(
    model_admin: admin.ModelAdmin,  # type: ignore[type-arg]
    request: HttpRequest,
    chosen: Any,
    act: Callable[[Any, Any], object],
    *,
    form_class: type[ReasonForm] = ReasonForm,
    log: Any,
    **page: Any,
) -> HttpResponse | None:
    """Asks with the form, then does it to each row; `act` is given the row and the filled form.

    `chosen`: a query set, or a list of what has a `pk`.
    """
    if too_many(model_admin, request, chosen):
        return None
    form = form_class(request.POST if confirmed(request) else None)
    if not form.is_valid():
        return ask(model_admin, request, chosen, form=form, **page)
    run(model_admin, request, chosen, lambda row: act(row, form), log)
    return None


class SanctionActions(admin.ModelAdmin):  # type: ignore[type-arg]
    """What staff may do to people everywhere, each with a permission of its own."""

    def has_ban_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat.ban_user")

    def has_mute_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat.mute_user")

    def has_end_sessions_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat.end_sessions")

    @admin.action(description=_("Ban everywhere …"), permissions=["ban"])
    def ban_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda user, form: services.ban_everywhere(person(request), user.pk, form.until(), **form.why()),
            form_class=SanctionForm,
            log=_("Banned everywhere"),
            title=_("Ban these people everywhere?"),
            note=_("Their open pages of rooms end at once, and no room lets them in until the ban is over."),
            button=_("Ban everywhere"),
        )

    @admin.action(description=_("Mute everywhere …"), permissions=["mute"])
    def mute_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda user, form: services.mute_everywhere(person(request), user.pk, form.until(), **form.why()),
            form_class=SanctionForm,
            log=_("Muted everywhere"),
            title=_("Mute these people everywhere?"),
            note=_("They read on, and cannot write in any room until the mute is over."),
            button=_("Mute everywhere"),
        )

    @admin.action(description=_("Lift the ban everywhere"), permissions=["ban"])
    def lift_ban(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._lift(request, queryset, services.ban_everywhere, _("Ban lifted"))

    @admin.action(description=_("Lift the mute everywhere"), permissions=["mute"])
    def lift_mute(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._lift(request, queryset, services.mute_everywhere, _("Mute lifted"))

    def _lift(self, request: HttpRequest, people: QuerySet[User], service: Callable[..., None], log: Any) -> None:
        if not too_many(self, request, people):
            run(self, request, people, lambda user: service(person(request), user.pk, None), log)

    @admin.action(description=_("End all sessions …"), permissions=["end_sessions"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        return ask_why(
            self,
            request,
            queryset,
            lambda user, form: services.end_sessions(person(request), user.pk, **form.why()),
            log=_("All sessions ended"),
            title=_("End all sessions of these people?"),
            note=_("Their open pages end at once, in every browser. Guests cannot come back as they were."),
            button=_("End all sessions"),
        )
