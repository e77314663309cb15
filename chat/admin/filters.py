"""Filters for long lists: by room and person with search, by days, by yes or no."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from ..models import Act, Membership, Message, Room, User
from .widgets import Autocomplete

_YEARS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1)))
"""Days that every database and time zone can count with."""


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, validators=_YEARS)


def _pick(label: Any, queryset: QuerySet[Any], field: Any) -> forms.ModelChoiceField[Any]:
    widget = Autocomplete(field, admin.site)
    return forms.ModelChoiceField(queryset, label=label, required=False, widget=widget)


class MessagesForm(forms.Form):
    """Which messages: of a room, of an author, within days (both included)."""

    room = _pick(_("Room"), Room.objects.all(), Message._meta.get_field("room"))
    author = _pick(_("Author"), User.objects.all(), Message._meta.get_field("author"))
    since = _day(_("From"))
    until = _day(_("To"))


class MembersForm(forms.Form):
    """Which members: of a room, of a person."""

    room = _pick(_("Room"), Room.objects.all(), Membership._meta.get_field("room"))
    user = _pick(_("Person"), User.objects.all(), Membership._meta.get_field("user"))


class ActsForm(forms.Form):
    """Which acts: in a room, by somebody, on somebody, within days (both included)."""

    room = _pick(_("Room"), Room.objects.all(), Act._meta.get_field("room"))
    actor = _pick(_("By"), User.objects.all(), Act._meta.get_field("actor"))
    person = _pick(_("On"), User.objects.all(), Act._meta.get_field("person"))
    since = _day(_("From"))
    until = _day(_("To"))


class Narrow(admin.ListFilter):
    """A form in the panel of filters. What it cannot read finds nothing, and says why."""

    title = _("room and person")
    template = "admin/chat/narrow.html"
    form_class: ClassVar[type[forms.Form]]

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        given = {name: params.pop(name)[-1] for name in self.form_class.base_fields if name in params}
        self.form = self.form_class(given, auto_id="narrow_%s")

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.form_class.base_fields)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """What else the address says, to be kept by the form."""
        for name, values in changelist.get_filters_params().items():
            if name not in self.form.fields:
                yield from ({"name": name, "value": value} for value in values)
        if changelist.query:
            yield {"name": "q", "value": changelist.query}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrowed(queryset)

    def narrowed(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the form leaves."""
        if not self.form.is_valid():
            return queryset.none()
        for name, value in self.chosen().items():
            queryset = queryset.filter(_condition(name, value))
        return queryset

    def chosen(self) -> dict[str, Any]:
        """What was filled in, by name; nothing of a form that cannot be read."""
        return {name: value for name, value in self.form.cleaned_data.items() if value} if self.form.is_valid() else {}


class NarrowMessages(Narrow):
    form_class = MessagesForm


class NarrowMembers(Narrow):
    form_class = MembersForm


class NarrowActs(Narrow):
    form_class = ActsForm


class YesNo(admin.SimpleListFilter):
    """A question about a row. `condition` is asked for each request, as it may depend on the time."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def condition(self) -> Q:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(self.condition() if self.value() == "yes" else ~self.condition())


class Kind(admin.SimpleListFilter):
    """Accounts and guests, each by themselves: accounts, unless something else is chosen or a name is looked for."""

    title = _("kind")
    parameter_name = "is_guest__exact"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        # Chosen rows are who was chosen, wherever they were chosen.
        has_chosen = request.method == "POST" and request.POST.get("select_across") != "1"
        self.chosen = self.value() or ("all" if has_chosen or request.GET.get(SEARCH_VAR) else "0")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("0", _("Accounts")), ("1", _("Guests")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """Without Django's own "All", which would stand for accounts here."""
        for value, title in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": value == self.chosen, "query_string": query, "display": title}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_guest=self.chosen == "1") if self.chosen in ("0", "1") else queryset


def _condition(name: str, value: Any) -> Q:
    if name == "since":
        return Q(created_at__gte=_midnight(value))
    if name == "until":
        return Q(created_at__lt=_midnight(value + timedelta(days=1)))
    return Q(**{name: value.pk})


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
