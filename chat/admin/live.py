"""What the page of live connections shows: figures as a person would say them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import wire
from ..census import Census, Query, Row, merged, total
from ..models import Room, User
from .changes import NOTHING
from .chart import Chart, draw
from .sanctions import ReasonForm

M = TypeVar("M", Room, User)
WORDS = dict(Room.Transport.choices)
_ORDERS = {
    "newest": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
    "behind": gettext_lazy("Furthest behind first"),
    "slowest": gettext_lazy("Longest round trip first"),
    "heaviest": gettext_lazy("Most bytes first"),
}


class ConnectionsForm(forms.Form):
    """Which connections. By name: who may see these need not be allowed to list rooms and people."""

    room = forms.CharField(label=gettext_lazy("Room"), required=False, max_length=60)
    person = forms.CharField(label=gettext_lazy("Person"), required=False, max_length=150)
    transport = forms.ChoiceField(
        label=gettext_lazy("Transport"), required=False, choices=[("", gettext_lazy("All")), *WORDS.items()]
    )
    order = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=list(_ORDERS.items()))

    def clean_room(self) -> Room | None:
        """By name or address."""
        name = self.cleaned_data["room"]
        room = (Room.objects.filter(slug=name) or Room.objects.filter(name=name)).first() if name else None
        return _known(name, room, _("There is no such room."))

    def clean_person(self) -> User | None:
        name = self.cleaned_data["person"]
        return _known(name, User.objects.filter(username=name).first() if name else None, _("There is no such person."))

    def query(self) -> Query:
        """What the processes are asked for; nothing matches where the form has a mistake."""
        if not self.is_valid():
            return Query(ids=())
        given = self.cleaned_data
        room, user = given["room"], given["person"]
        return Query(
            room.pk if room else None, user.pk if user else None, given["transport"], given["order"] or "newest"
        )


class SwitchForm(ReasonForm):
    """Where to, and why: the page shows it."""

    to = forms.ChoiceField(label=gettext_lazy("To"), choices=Room.Transport.choices)
    field_order = ("to", "reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = gettext_lazy("Shown to the person.")


class Line(NamedTuple):
    """A connection in the list."""

    row: Row
    room: str
    transport: Any
    process: str
    since: datetime
    lasts: str
    round_trip: str
    sent: str
    empty: str


class Shown(NamedTuple):
    """All that the page draws. `counts`: (name, word, how many there are) of each transport; `processes`: the same."""

    lines: list[Line]
    counts: list[tuple[str, Any, int]]
    processes: list[tuple[str, int]]
    matching: int
    everybody: int
    census: Census
    silent: list[tuple[str, int]]
    chart: Chart
    may_choose: bool
    is_found: bool


def show(census: Census, order: str, *, is_found: bool, may_choose: bool) -> Shown:
    everybody = total(report.all for report in census.reports)
    return Shown(
        lines=_lines(merged(census.reports, order)),
        counts=[(name, WORDS[name], everybody[name]) for name in wire.TRANSPORTS],
        processes=[(report.name, sum(report.all.values())) for report in census.reports],
        matching=sum(report.matching for report in census.reports),
        everybody=everybody.total(),
        census=census,
        silent=[(known.name, round(time.time() - known.at)) for known in census.silent],
        chart=draw([report.samples for report in census.reports], everybody),
        may_choose=may_choose,
        is_found=is_found,
    )


def _lines(pairs: list[tuple[Row, str]]) -> list[Line]:
    names = dict(Room.objects.filter(pk__in={row.room_id for row, _process in pairs}).values_list("pk", "name"))
    return [
        Line(
            row=row,
            room=names.get(row.room_id, row.slug),
            transport=WORDS[row.transport],
            process=process,
            since=datetime.fromtimestamp(row.since, UTC),
            lasts=_duration(time.time() - row.since),
            round_trip=_milliseconds(row.round_trip_s),
            sent=filesizeformat(row.sent),
            empty=NOTHING if row.transport == "websocket" else str(row.empty),
        )
        for row, process in pairs
    ]


def _milliseconds(seconds: float | None) -> str:
    if seconds is None:
        return NOTHING
    return _("under 1 ms") if seconds < 0.001 else _("%d ms") % round(1000 * seconds)


def _duration(seconds: float) -> str:
    """With the two units that matter."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    if minutes < 2:
        return _("%d s") % (60 * minutes + rest)
    if minutes < 60:
        return _("%d min") % minutes
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def _known(name: str, found: M | None, problem: str) -> M | None:
    if name and found is None:
        raise forms.ValidationError(problem)
    return found
