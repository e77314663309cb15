"""Rows read by hand: a query of the ORM costs some 250 µs to be put together, and each of its rows 12 more.

An instance costs 8 µs, as much as all else about a message. Most rows are as they were at the last batch, and a thread
does one thing at a time, so it gets the instance again that it had then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from threading import local
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]

MAX_MADE = 2000
"""Instances that a thread keeps, some 1 KB each; past it all are forgotten."""


class Columns(Generic[M]):
    """Some columns of a model. Rows of them become instances, whose other fields are read when somebody asks."""

    def __init__(self, model: type[M], *names: str) -> None:
        self.model = model
        self._made = local()
        self.fields = [field for field in model._meta.concrete_fields if field.attname in names]
        self.names = [field.attname for field in self.fields]
        self.columns = [str(field.column) for field in self.fields]
        self.sql = ", ".join(f"{model._meta.db_table}.{column}" for column in self.columns)

    def insert(self, rows: Sequence[Row]) -> None:
        """Stores rows of all these columns; SQLite takes 5 µs for each when it is given them one by one, else 8."""
        head = f"INSERT INTO {self.model._meta.db_table} ({', '.join(self.columns)}) VALUES "  # noqa: S608
        one = f"({', '.join(['%s'] * len(self.columns))})"
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.executemany(head + one, rows)
            else:
                cursor.execute(head + ", ".join([one] * len(rows)), [value for row in rows for value in row])

    def instance(self, row: Row) -> M:
        """What stands in the row. The next time that this thread reads the same row it is the same instance."""
        made: dict[Row, M] = self._made.__dict__.setdefault("instances", {})
        if row not in made:
            if len(made) >= MAX_MADE:
                made.clear()
            made[row] = self._make(row)
        return made[row]

    def _make(self, row: Row) -> M:
        values = list(row)
        for place, convert in self._converters:
            values[place] = convert(values[place])
        return self.model.from_db("default", self.names, values)

    @cached_property
    def _converters(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """What the database has in another form than the model, such as SQLite its times; (place, function)."""
        return [
            (place, partial(_converted, convert, column))
            for place, column in enumerate(field.cached_col for field in self.fields)
            for convert in connection.ops.get_db_converters(column) + column.output_field.get_db_converters(connection)
        ]


def _converted(convert: Callable[[Any, Any, Any], Any], column: Any, value: Any) -> Any:
    return convert(value, column, connection)


def read(sql: str, values: Sequence[Any]) -> list[Row]:
    """What a statement brings."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Row] = cursor.fetchall()
        return rows


def write(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def asked(columns: str, rows: Sequence[Row]) -> tuple[str, list[Any]]:
    """A table `asked` of these rows, for the start of a statement, and its values. SQLite has no lists of rows."""
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    return f"WITH asked ({columns}) AS (VALUES {', '.join([one] * len(rows))}) ", [
        value for row in rows for value in row
    ]
