"""The list of messages page by page: nothing twice, nothing left out, and nothing read for long."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat import services
from chat.admin import keyset
from chat.models import Message, Room, User
from tests.admin.page import text

MESSAGES = "/admin/chat/message/"
PAGE = 50


@pytest.fixture
def said(room: Room, bo: User, ada: User) -> list[str]:
    """130 messages in two rooms, every tenth of Ada, one of them a needle; the newest first."""
    other = services.create_room(ada, name="Other")
    for number in range(130):
        actor = ada if number % 10 == 0 else bo
        body = "a needle" if number == 7 else f"boat {number}"
        place = other.pk if number % 3 == 0 else room.pk
        services.post_message(actor, place, key=f"k-{number:08}", body=body)
    return list(Message.objects.order_by("-pk").values_list("body", flat=True))


def opened(client: Client, query: str = "") -> Any:
    answer: Any = client.get(f"{MESSAGES}{query}")
    assert answer.status_code == 200
    return answer


def shown(answer: Any) -> list[str]:
    return [message.body for message in answer.context["cl"].result_list]


def link(answer: Any, word: str) -> str:
    """Where the link leads; empty when there is none."""
    found = re.search(rf'<a href="(\?[^"]*)"[^>]*>{word}</a>', text(answer))
    return found[1].replace("&amp;", "&") if found else ""


def pages(client: Client, query: str = "") -> Iterator[Any]:
    """Every page, from the newest on."""
    answer = opened(client, query)
    yield answer
    while query := link(answer, "Older") or link(answer, "Look on"):
        answer = opened(client, query)
        yield answer


QUERIES = ["", "?room={room}", "?author={bo}", "?since=2001-01-01", "?q=boat", "?kind__exact=text", "?deleted=no"]
QUERIES += ["?room={room}&q=boat", "?room={room}&author={bo}", "?author={bo}&kind__exact=text&q=boat"]


@pytest.mark.parametrize("query", QUERIES)
def test_all_pages_together_are_the_whole_list_in_its_order(
    admin: Client, said: list[str], room: Room, bo: User, query: str
) -> None:
    found = [shown(answer) for answer in pages(admin, query.format(room=room.pk, bo=bo.pk))]
    assert all(len(page) == PAGE for page in found[:-1])
    together = [body for page in found for body in page]
    kept = Message.objects.order_by("-pk")
    if "room" in query:
        kept = kept.filter(room=room)
    if "author" in query:
        kept = kept.filter(author=bo)
    if "kind" in query:
        kept = kept.filter(kind="text")
    if "q=" in query:
        kept = kept.filter(body__contains="boat")
    assert together == list(kept.values_list("body", flat=True))


@pytest.mark.parametrize("query", ["", "?q=boat", "?room={room}"])
def test_the_way_back_shows_the_same_pages(admin: Client, said: list[str], room: Room, query: str) -> None:
    there = list(pages(admin, query.format(room=room.pk)))
    back = [there[-1]]
    while query := link(back[-1], "Newer"):
        back.append(opened(admin, query))
    assert shown(back[-1]) == shown(there[0]), "the newest page is a full one"
    assert not link(back[-1], "Newest")
    assert [shown(page) for page in back[1:-1]] == [shown(page)[:] for page in there[-2:0:-1]]


def test_what_comes_meanwhile_moves_nothing(admin: Client, said: list[str], bo: User, room: Room) -> None:
    first = opened(admin)
    services.post_message(bo, room.pk, key="k-one-more", body="one more")
    second = opened(admin, link(first, "Older"))
    assert shown(first) + shown(second) == said[: 2 * PAGE]


def test_a_page_returns_to_where_it_was_opened_from(admin: Client, said: list[str]) -> None:
    second = opened(admin, link(opened(admin), "Older"))
    row = re.search(r'<a href="(/admin/chat/message/\d+/change/\?_changelist_filters=[^"]+)"', text(second))
    assert row and "older-" in row[1]


@pytest.mark.parametrize("place", ["older-0", "newer-0", "older-999999999999999999", "older-x", "2", "-1", ""])
def test_a_place_that_is_none_is_the_newest_page(admin: Client, said: list[str], place: str) -> None:
    assert shown(opened(admin, f"?p={place}")) == said[:PAGE]


def test_a_search_looks_on_window_after_window(admin: Client, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "FIRST_WINDOW", 20)
    assert shown(opened(admin, "?q=needle")) == ["a needle"]


def test_a_search_stops_in_time_says_how_far_it_came_and_goes_on_there(
    admin: Client, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "FIRST_WINDOW", 50)
    monkeypatch.setattr(keyset, "SCAN_S", 0)
    found = list(pages(admin, "?q=needle"))
    assert [shown(page) for page in found] == [[], [], ["a needle"]]
    assert all("Looked back as far as" in text(page) for page in found[:-1])
    assert "There is nothing older." in text(found[-1])
    assert link(found[1], "Newest") == "?q=needle"


def test_a_window_is_no_larger_than_the_rest_of_the_time_lets_expect(
    admin: Client, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five rows take a second here, of 1.5: the next window has five again, not ten."""
    monkeypatch.setattr(keyset, "time", SimpleNamespace(monotonic=iter(range(1000)).__next__))
    monkeypatch.setattr(keyset, "FIRST_WINDOW", 5)
    monkeypatch.setattr(keyset, "SCAN_S", 1.5)
    with CaptureQueriesContext(connection) as asked:
        opened(admin, "?q=needle")
    windows = [re.search(r"LIMIT 1 OFFSET (\d+)", query["sql"]) for query in asked]
    assert [int(window[1]) for window in windows if window] == [5, 5]


def test_nothing_is_counted_and_nothing_skipped_past_a_window(admin: Client, said: list[str]) -> None:
    with CaptureQueriesContext(connection) as asked:
        for query in ("", "?q=boat", "?deleted=no"):
            opened(admin, query)
    statements = [query["sql"] for query in asked if "chat_message" in query["sql"]]
    assert statements
    assert not [sql for sql in statements if "COUNT(" in sql]
    assert {match[1] for sql in statements if (match := re.search(r"OFFSET (\d+)", sql))} == {"5000"}


@pytest.mark.parametrize("query", ["", "?room={room}", "?author={bo}", "?q=boat", "?room={room}&q=boat"])
def test_each_step_is_read_from_an_index_as_sqlite_says(
    admin: Client, said: list[str], room: Room, bo: User, query: str
) -> None:
    """Nothing is sorted but rows of one moment."""
    with CaptureQueriesContext(connection) as asked:
        for answer in pages(admin, query.format(room=room.pk, bo=bo.pk)):
            if newer := link(answer, "Newer"):
                opened(admin, newer)
    lists = [one["sql"] for one in asked if 'FROM "chat_message"' in one["sql"] and "ORDER BY" in one["sql"]]
    assert len(lists) > 3
    for sql in lists:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = "\n".join(row[3] for row in cursor.fetchall())
        assert "TEMP B-TREE FOR ORDER BY" not in plan, plan
        assert "SCAN chat_message\n" not in plan + "\n", plan
