"""The figures of a room in the admin."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from chat import feed
from chat.admin.statistics import HEIGHT, bars
from chat.census import Census, Query, Report
from chat.models import Message, Room
from chat.statistics import Day
from tests.admin.conftest import Staff
from tests.admin.page import text

FOUND: list[dict[str, int]] = [{"websocket": 2, "poll": 1}, {"websocket": 3}]
"""In a room, by two processes."""


def page_of(room: Room) -> str:
    return f"/admin/chat/room/{room.pk}/statistics/"


def test_the_page_and_its_table(admin: Client, message: Message) -> None:
    shown = text(admin.get(page_of(message.room)))
    assert len(re.findall("<rect ", shown)) == 30
    assert "<td>2</td>" in shown, "that the room was opened, and what Bo said"
    assert "Members" in shown and 'href="?days=90"' in shown


def test_who_is_connected_is_counted_by_transport(
    admin: Client, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Registrar:
        async def take(self, query: Query) -> Census:
            asked.append(query)
            reports = [Report(1, str(n), str(n), found, {}, [], []) for n, found in enumerate(FOUND)]
            return Census(reports, [], is_alone=False, is_deaf=False)

    monkeypatch.setattr(feed, "registrar", Registrar)
    shown = " ".join(text(admin.get(page_of(message.room))).split())
    assert asked == [Query(room_id=message.room_id)]
    for word, count in (("WebSocket", 5), ("Long polling", 0), ("Polling", 1)):
        assert f"<dt>Connected now: {word}</dt><dd>{count}</dd>" in shown


def test_ninety_days(admin: Client, message: Message) -> None:
    assert text(admin.get(page_of(message.room) + "?days=90")).count("<rect ") == 90


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999", "%00"])
def test_other_days_are_the_usual_ones(admin: Client, message: Message, days: str) -> None:
    assert text(admin.get(page_of(message.room) + f"?days={days}")).count("<rect ") == 30


def test_the_page_of_the_room_leads_there(admin: Client, room: Room) -> None:
    assert page_of(room) in text(admin.get(f"/admin/chat/room/{room.pk}/change/"))


def test_it_takes_the_permission_to_see_rooms(staff: Staff, room: Room, client: Client) -> None:
    assert staff("view_message", "export_room").get(page_of(room)).status_code == 403
    assert staff("view_room", name="Other").get(page_of(room)).status_code == 200
    assert client.get(page_of(room)).status_code == 302


@pytest.mark.parametrize("key", ["0", "x", "9" * 40, "%00"])
def test_a_room_that_is_not_there(admin: Client, key: str) -> None:
    assert admin.get(f"/admin/chat/room/{key}/statistics/").status_code == 404


def test_bars_are_as_high_as_there_are_messages() -> None:
    today = timezone.localdate()
    drawn = bars([Day(today, 0), Day(today, 1), Day(today, 500), Day(today, 1000)])
    assert [(bar.height, bar.y + bar.height) for bar in drawn] == [
        (0, HEIGHT),
        (1, HEIGHT),
        (HEIGHT // 2, HEIGHT),
        (HEIGHT, HEIGHT),
    ]
    assert [bar.height for bar in bars([Day(today, 0)])] == [0]
