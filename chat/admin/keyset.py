"""Lists of very many rows: a page begins at a row, and what no index knows is looked for piece by piece.

Nothing is counted and nothing skipped. A search, or a filter without an index, reads rows in the order of the list,
window after window, until the page is full or its time is up; then the page says how far it looked, and goes on there.
"""

from __future__ import annotations

import re
import time
from typing import Any, NamedTuple, cast

from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest

SCAN_S = 0.5
"""For one page. A window is no larger than the rest of it lets expect."""

FIRST_WINDOW = 5000
"""Rows, some 20 ms of work; each window may have twice as many as the one before."""

_PLACE = re.compile(r"(older|newer)-([0-9]{1,18})\Z")


class Place(NamedTuple):
    """Where a page begins: past the row with this key, in this direction. `values`: what the row is ordered by."""

    newer: bool = False
    pk: int = 0
    values: tuple[Any, ...] = ()


NEWEST = Place()


class Found(NamedTuple):
    """Rows in the order of reading. `end`: the key of the row to go on past, None when nothing is left.

    `cut`: its time was up before the page was full.
    """

    rows: list[Any]
    end: int | None
    cut: bool = False


class Walk(NamedTuple):
    """All rows of an index, and those of them that are wanted.

    `keys`: the fields that order them, of which the last tells rows apart. `is_plain`: all of them are wanted.
    """

    rows: QuerySet[Any]
    wanted: QuerySet[Any]
    keys: tuple[str, ...]
    is_plain: bool

    def read(self, place: Place, count: int) -> Found:
        """The next `count` rows past a place."""
        if self.is_plain:
            return _page(list(self._past(self.wanted, place)[: count + 1]), count)
        return self._scan(place, count)

    def place(self, pk: int, *, newer: bool) -> Place:
        """Past this row; the newest when there is no such row any more."""
        values = self.rows.filter(pk=pk).values_list(*self.keys).first()
        return Place(newer, pk, values) if values else NEWEST

    def _scan(self, place: Place, count: int) -> Found:
        found: list[Any] = []
        began, seen, window = time.monotonic(), 0, FIRST_WINDOW
        while True:
            last = self._past(self.rows, place).values_list("pk", *self.keys)[window : window + 1].first()
            inside = self._past(self.wanted, place)
            if last:
                inside = inside.filter(_beyond(self.keys, last[1:], newer=not place.newer, or_equal=True))
            found += inside[: count + 1 - len(found)]
            if last is None or len(found) > count:
                return _page(found, count)
            spent, seen = time.monotonic() - began, seen + window
            if spent >= SCAN_S:
                return Found(found, last[0], cut=True)
            place = place._replace(values=last[1:])
            window = min(2 * window, max(FIRST_WINDOW, int(seen / spent * (SCAN_S - spent))))

    def _past(self, rows: QuerySet[Any], place: Place) -> QuerySet[Any]:
        ordered = rows.order_by(*(self.keys if place.newer else [f"-{key}" for key in self.keys]))
        return ordered.filter(_beyond(self.keys, place.values, newer=place.newer)) if place.values else ordered


class KeysetChangeList(ChangeList):
    """A list of rows of `model_admin.get_walk(changelist)`, newest first, with ways to older and newer ones."""

    def get_results(self, request: HttpRequest) -> None:
        walk: Walk = cast(Any, self.model_admin).get_walk(self)
        place = self._place(walk, request.GET.get(PAGE_VAR, ""))
        found = walk.read(place, self.list_per_page)
        if place.newer and found.end is None:
            # The newest page, and a full one.
            place = NEWEST
            found = walk.read(place, self.list_per_page)
        self._show(place, found)
        self.looked_to = walk.rows.filter(pk=found.end).first() if found.cut else None

    def _place(self, walk: Walk, asked: str) -> Place:
        match = _PLACE.match(asked)
        return walk.place(int(match[2]), newer=match[1] == "newer") if match else NEWEST

    def _show(self, place: Place, found: Found) -> None:
        rows = found.rows[::-1] if place.newer else found.rows
        first, last = (rows[0].pk, rows[-1].pk) if rows else (place.pk, place.pk)
        self.result_list: Any = rows
        self.newer_link = self._link("newer", found.end if place.newer else place.values and first)
        self.older_link = self._link("older", last if place.newer else found.end)
        self.newest_link = self.get_query_string() if place.values else None
        # What Django's templates ask about pages with numbers.
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        self.paginator = None

    def _link(self, way: str, pk: Any) -> str | None:
        return self.get_query_string({PAGE_VAR: f"{way}-{pk}"}) if pk else None


def _page(found: list[Any], count: int) -> Found:
    rows = found[:count]
    return Found(rows, rows[-1].pk if len(found) > count else None)


def _beyond(keys: tuple[str, ...], values: tuple[Any, ...], *, newer: bool, or_equal: bool = False) -> Q:
    """Rows past one with these values. Each key but the last bounds by itself, too: an index is entered that way."""
    past = "gt" if newer else "lt"
    condition = Q(**{f"{keys[-1]}__{past}{'e' if or_equal else ''}": values[-1]})
    for key, value in zip(keys[-2::-1], values[-2::-1], strict=True):
        condition = Q(**{f"{key}__{past}e": value}) & (Q(**{f"{key}__{past}": value}) | condition)
    return condition
