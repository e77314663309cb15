"""Every page of the admin, found from its registry, asks the database as often with many rows as with few."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.admin.pages import Page, every_page
from chat.management.crowd import Crowd, Size
from chat.management.past import Past
from chat.models import Act, Invite, Membership, Message, Report, Revision, Room, User

FEW = Size(messages=200, people=20, rooms=4)
MANY = Size(messages=1500, people=220, rooms=110)
"""More than a page of everything."""

MOST = 16

SEED = 1


def populated(size: Size) -> tuple[str, ...]:
    """Fills the database; words that are frequent, rare and unknown there."""
    crowd = Crowd(size, SEED)
    crowd.make()
    Past(crowd).write(lambda count: None)
    return crowd.vocabulary[0], crowd.vocabulary[-1], "nowhere-at-all"


def queries(client: Client, pages: Iterator[Page]) -> dict[tuple[str, str, str], int]:
    """How often pages ask, by their address without values; of those with the same one the first two are opened."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for page in pages:
        address = re.sub(r"=[^&]*", "=", re.sub(r"\d+", "N", page.url))
        counts = found.setdefault((page.kind, address, (page.data or {}).get("action", "")), [])
        if len(counts) < 2:
            counts.append(_queries(client, page))
    return {place: max(counts) for place, counts in found.items()}


def _queries(client: Client, page: Page) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = page.open(client)
        assert answer.status_code == 200, page
        b"".join(answer) if answer.streaming else answer.content
    return len(asked)


@pytest.mark.timeout(300)
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(admin: Client) -> None:
    few = queries(admin, every_page(admin, populated(FEW)))
    for model in (Report, Revision, Invite, Membership, Message):
        model._default_manager.all().delete()
    Act.objects.all()._raw_delete("default")
    Room.objects.all().delete()
    User.objects.exclude(username="Root").delete()
    many = queries(admin, every_page(admin, populated(MANY)))
    assert len(few) > 80
    assert {place for place in few if place[0] != "order or page"} <= set(many)
    # Where nothing was found, or a message never changed, the question for the rest is left out.
    assert {place: count for place, count in many.items() if count > few.get(place, count) + 1} == {}
    assert {place: count for place, count in many.items() if count > MOST} == {}
