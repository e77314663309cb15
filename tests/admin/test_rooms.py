"""Rooms: what staff change goes through the services and is told after the commit."""

from typing import Any

import pytest
from django.test import Client

from chat import fanout, services
from chat.models import Act, Membership, Message, Room, User
from tests.admin.conftest import Commit, Staff, Told
from tests.admin.page import act, notes, save, text

ROOMS = "/admin/chat/room/"


def page_of(room: Room) -> str:
    return f"{ROOMS}{room.pk}/change/"


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200, "the form was accepted"
    return {name: list(told) for name, told in response.context["adminform"].form.errors.items()}


def test_a_new_room_belongs_to_who_made_it(admin: Client, root: User) -> None:
    answer = save(admin, f"{ROOMS}add/", name="  Quiet   corner ", kind="private", guests="none")
    assert answer.status_code == 302
    room = Room.objects.get()
    assert (room.name, room.slug, room.kind, room.guests) == ("Quiet corner", "quiet-corner", "private", "none")
    assert (room.created_by, Membership.objects.get().role) == (root, "owner")
    assert Message.objects.get().body == "opened the room"


def test_the_form_of_a_new_room_starts_with_all_transports(admin: Client) -> None:
    save(admin, f"{ROOMS}add/", name="Quay")
    assert Room.objects.get().allowed_transports == ["websocket", "longpoll", "poll"]


def test_a_change_takes_a_number_and_is_told_after_the_commit(
    admin: Client, room: Room, told: Told, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=False) as waiting:
        assert save(admin, page_of(room), name="Docks", topic="Ropes", state="read_only").status_code == 302
        assert told == [], "told before the commit"
    for tell in waiting:
        tell()
    changed = [event for event in told if isinstance(event, fanout.Changed)]
    assert [event.room_id for event in changed] == [room.pk]
    after = Room.objects.get()
    assert (after.name, after.topic, after.state) == ("Docks", "Ropes", "read_only")
    assert after.version > room.version
    assert after.access_version > room.access_version
    assert changed[0].last == after.last_seq


def test_saving_without_a_change_tells_nothing(admin: Client, room: Room, told: Told) -> None:
    assert save(admin, page_of(room)).status_code == 302
    assert Room.objects.get().last_seq == room.last_seq


def test_transport_policy(admin: Client, room: Room) -> None:
    policy = {"default_transport": "poll", "poll_interval_ms": "5000", "hold_s": "10", "slow_mode_s": "7"}
    policy |= {"max_length": "300", "retention_days": "90"}
    assert save(admin, page_of(room), allowed_transports=["poll", "longpoll"], **policy).status_code == 302
    after = Room.objects.get()
    assert after.allowed_transports == ["longpoll", "poll"]
    assert (after.default_transport, after.poll_interval_ms, after.hold_s, after.slow_mode_s) == ("poll", 5000, 10, 7)
    assert (after.max_length, after.retention_days) == (300, 90)


def test_a_page_that_others_have_overtaken_changes_nothing(admin: Client, room: Room, ada: User) -> None:
    seen = room.version
    services.update_room(ada, room.pk, state="archived")
    answer = save(admin, page_of(room), topic="late", state="open", seen_version=str(seen))
    assert "in the meantime" in errors(answer)["__all__"][0]
    assert Room.objects.get().state == "archived"


@pytest.mark.parametrize(("action", "state"), [("open", "open"), ("make_read_only", "read_only")])
def test_states_by_action(admin: Client, room: Room, ada: User, action: str, state: str) -> None:
    services.update_room(ada, room.pk, state="archived")
    answer = act(admin, ROOMS, action, room)
    assert notes(answer) == ["1 done."]
    assert Room.objects.get().state == state


def test_archiving_asks_first(admin: Client, room: Room) -> None:
    page = text(act(admin, ROOMS, "archive", room))
    assert "Archive these rooms?" in page
    assert "Harbour" in page
    assert Room.objects.get().state == "open"
    act(admin, ROOMS, "archive", room, confirmed="yes")
    assert Room.objects.get().state == "archived"


def test_an_action_takes_a_bounded_number_of_rows(
    admin: Client, room: Room, root: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.admin.actions.AT_ONCE", 1)
    other = services.create_room(root, name="Other")
    assert notes(act(admin, ROOMS, "make_read_only", room, other)) == ["At most 1 at once. Nothing was changed."]
    assert not Room.objects.filter(state="read_only").exists()


def test_deleting_takes_the_whole_room_and_sends_every_reader_to_look(
    admin: Client, room: Room, message: Message, ada: User, told: Told, django_capture_on_commit_callbacks: Commit
) -> None:
    services.edit_message(message.author, room.pk, message.seq, "Boats")
    services.create_invite(ada, room.pk)
    assert "Harbour" in text(admin.get(f"{ROOMS}{room.pk}/delete/"))
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(f"{ROOMS}{room.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Room.objects.exists()
    assert not Message.objects.exists()
    (gone,) = (event for event in told if isinstance(event, fanout.Changed))
    assert gone.room_id == room.pk
    assert gone.epoch != room.epoch


def test_only_superusers_delete_rooms(staff: Staff, room: Room) -> None:
    client = staff("view_room", "change_room", "delete_room")
    assert client.post(f"{ROOMS}{room.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Room.objects.exists()


def test_search_and_filters(admin: Client, room: Room, root: User) -> None:
    services.create_room(root, name="Attic", kind="private", state="archived")
    assert "Attic" not in text(admin.get(f"{ROOMS}?q=harb"))
    page = text(admin.get(f"{ROOMS}?state__exact=archived&kind__exact=private"))
    assert "Attic" in page
    assert "Harbour" not in page


def test_the_list_says_transports_in_words(admin: Client, room: Room, ada: User) -> None:
    assert ">All</td>" in text(admin.get(ROOMS))
    services.update_room(ada, room.pk, allowed_transports=["websocket", "poll"])
    assert "WebSocket, Polling" in text(admin.get(ROOMS))


@pytest.mark.parametrize("kind", ["jsonl", "html"])
def test_the_messages_of_a_room_can_be_taken_away(admin: Client, message: Message, kind: str) -> None:
    answer = act(admin, ROOMS, f"export_{kind}", message.room)
    written = b"".join(answer.streaming_content).decode()
    assert "Boats everywhere" in written
    assert answer["Content-Disposition"] == f'attachment; filename="{message.room.slug}.{kind}"'
    assert Act.objects.get(verb="room_exported").after["format"] == kind


def test_a_file_holds_one_room(admin: Client, room: Room, ada: User) -> None:
    answer = act(admin, ROOMS, "export_jsonl", room, services.create_room(ada, name="Quay"))
    assert notes(answer) == ["Choose one room: a file holds the messages of one."]
    assert not Act.objects.filter(verb="room_exported").exists()


def test_exporting_needs_its_permission(staff: Staff, message: Message) -> None:
    act(staff("view_room", "change_room", "view_message"), ROOMS, "export_jsonl", message.room)
    assert not Act.objects.filter(verb="room_exported").exists()
    answer = act(staff("view_room", "export_room", name="Other"), ROOMS, "export_jsonl", message.room)
    assert "Boats everywhere" in b"".join(answer.streaming_content).decode()
