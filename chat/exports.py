"""Rows as lines of text, a bounded number at a time: for files that are made while they are sent."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from .models import Act

AT_ONCE = 1000
"""Rows of one query, some 500 KB of text: as much as an export holds in memory."""

COLUMNS = (
    *("id", "created_at", "verb", "actor_id", "actor_name", "person_id", "person_name", "room_id", "room_name"),
    *("seq", "before", "after", "reason", "note"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula; names of people are theirs to choose."""


class Form(NamedTuple):
    """A form of file: its type, how it begins, the line of a row, how it ends, and the field that its rows go by."""

    content_type: str
    head: str
    line: Callable[[Any], str]
    foot: str = ""
    order: str = "pk"


def chunk(rows: QuerySet[Any], form: Form, after: int) -> tuple[str, int | None]:
    """The lines of the next rows, in their order, and the place of the last; None when there are no more."""
    found = list(rows.filter(**{f"{form.order}__gt": after}).order_by(form.order)[:AT_ONCE])
    text = "".join(form.line(row) for row in found)
    if len(found) < AT_ONCE:
        return text + form.foot, None
    return text, getattr(found[-1], form.order)


def chunks(rows: QuerySet[Any], form: Form) -> Iterator[str]:
    """All of it, piece by piece."""
    yield form.head
    last: int | None = 0
    while last is not None:
        text, last = chunk(rows, form, last)
        yield text


def _values(act: Act) -> dict[str, Any]:
    return {name: getattr(act, name) for name in COLUMNS}


def _as_json(act: Act) -> str:
    return json.dumps(_values(act), cls=DjangoJSONEncoder, ensure_ascii=False) + "\n"


def _as_csv(act: Act) -> str:
    return _row([_cell(value) for value in _values(act).values()])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(cells: list[str] | tuple[str, ...]) -> str:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


FORMS = {
    "jsonl": Form("application/jsonl", "", _as_json),
    "csv": Form("text/csv; charset=utf-8", _row(COLUMNS), _as_csv),
}
