"""Announcements: made, seen and ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat import services
from chat.models import Announcement, Room, User
from tests.admin.conftest import Staff
from tests.admin.page import act, notes, save, text

LIST = "/admin/chat/announcement/"
Commits = Any


def shown(room: Room) -> list[str]:
    return [one.text for one in Room.objects.get(pk=room.pk).to_wire().announcements]


def test_one_for_a_room(admin: Client, room: Room) -> None:
    assert save(admin, f"{LIST}add/", text="Closed on Friday", room=str(room.pk)).status_code == 302
    assert shown(room) == ["Closed on Friday"]
    assert "Closed on Friday" in text(admin.get(LIST))


def test_one_for_all_until_a_time(admin: Client, room: Room, django_capture_on_commit_callbacks: Commits) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        until = {"until_0": "2190-01-02", "until_1": "10:00:00"}
        assert save(admin, f"{LIST}add/", text="Maintenance", **until).status_code == 302
    assert shown(room) == ["Maintenance"]
    made = Announcement.objects.get()
    assert made.until and made.until.year == 2190 and made.room is None
    assert "everywhere" in text(admin.get(f"{LIST}?shown=yes"))


def test_ending(admin: Client, room: Room, root: User) -> None:
    made = services.announce(root, room.pk, "Closed on Friday")
    assert notes(act(admin, LIST, "end", made)) == ["1 done."]
    assert shown(room) == []
    assert "Closed on Friday" not in text(admin.get(f"{LIST}?shown=yes"))
    assert "Closed on Friday" in text(admin.get(f"{LIST}?shown=no"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "a\x00b"},
        {"text": "x" * 301},
        {"room": "x"},
        {"room": "9" * 30},
        {"until_0": "2000-01-01", "until_1": "10:00"},
        {"until_0": "9999-12-31", "until_1": "23:59"},
        {"until_0": "0001-01-01", "until_1": "00:00"},
        {"until_0": "soon"},
    ],
)
def test_what_makes_no_sense_is_an_error_of_the_form(admin: Client, room: Room, wrong: dict[str, str]) -> None:
    answer = save(admin, f"{LIST}add/", **{"text": "Here", "room": str(room.pk), **wrong})
    assert answer.status_code == 200 and "errornote" in text(answer)
    assert not Announcement.objects.exists()


def test_it_takes_the_permission(staff: Staff, room: Room, root: User) -> None:
    client = staff("view_announcement", "view_room", "change_room")
    made = services.announce(root, room.pk, "Closed on Friday")
    assert client.get(f"{LIST}add/").status_code == 403
    act(client, LIST, "end", made)
    assert Announcement.objects.get().is_shown
    other = staff("view_announcement", "announce", "view_room", name="Other")
    assert save(other, f"{LIST}add/", text="Here", room=str(room.pk)).status_code == 302
    act(other, LIST, "end", made)
    assert [one.is_shown for one in Announcement.objects.order_by("pk")] == [False, True]


def test_they_are_neither_changed_nor_deleted(admin: Client, room: Room, root: User) -> None:
    made = services.announce(root, room.pk, "Closed on Friday", until=timezone.now() + timedelta(hours=1))
    assert "Closed on Friday" in text(admin.get(f"{LIST}{made.pk}/change/"))
    assert admin.post(f"{LIST}{made.pk}/change/", {"text": "Other"}).status_code == 403
    assert admin.post(f"{LIST}{made.pk}/delete/", {"post": "yes"}).status_code == 403
