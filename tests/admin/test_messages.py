"""Messages: to find, to read, to delete."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat import fanout, services
from chat.models import Message, User
from tests.admin.conftest import Commit, Staff, Told
from tests.admin.page import act, notes, text

MESSAGES = "/admin/chat/message/"


def bodies(client: Client, query: str) -> list[str]:
    answer: Any = client.get(f"{MESSAGES}?{query}")
    assert answer.status_code == 200
    return [message.body for message in answer.context["cl"].result_list]


def test_search_looks_at_the_text(admin: Client, message: Message) -> None:
    assert bodies(admin, "q=boats") == ["Boats everywhere"]
    assert bodies(admin, "q=trains") == []


def test_filters(admin: Client, message: Message, ada: User, root: User) -> None:
    other = services.create_room(root, name="Other")
    services.post_message(ada, other.pk, key="k-23456789", body="Elsewhere")
    assert bodies(admin, f"room={message.room_id}&kind__exact=text") == ["Boats everywhere"]
    assert bodies(admin, f"author={ada.pk}&kind__exact=text") == ["Elsewhere"]
    assert bodies(admin, f"author={ada.pk}&room={message.room_id}") == ["opened the room"]
    services.delete_message(message.author, message.room_id, message.seq)
    assert bodies(admin, "deleted=yes") == [""]
    assert "" not in bodies(admin, "deleted=no")


def test_days_are_both_included(admin: Client, message: Message) -> None:
    day = message.created_at.date()
    Message.objects.exclude(pk=message.pk).update(created_at=timezone.now() - timedelta(days=3))
    assert bodies(admin, f"since={day}&until={day}") == ["Boats everywhere"]
    assert bodies(admin, f"until={day - timedelta(days=2)}") == ["opened the room"]
    assert bodies(admin, f"since={day + timedelta(days=1)}") == []


@pytest.mark.parametrize("query", ["since=yesterday", "since=0001-01-01", "until=9999-12-31", "room=x", "author=-1"])
def test_a_filter_that_cannot_be_read_finds_nothing_and_says_so(admin: Client, message: Message, query: str) -> None:
    assert bodies(admin, query) == []
    assert "errorlist" in text(admin.get(f"{MESSAGES}?{query}"))


def test_the_filter_keeps_what_else_was_chosen(admin: Client, message: Message) -> None:
    page = text(admin.get(f"{MESSAGES}?q=boats&kind__exact=text&room={message.room_id}"))
    assert '<input type="hidden" name="kind__exact" value="text">' in page
    assert '<input type="hidden" name="q" value="boats">' in page


def test_a_message_is_read_with_what_it_said_before(admin: Client, message: Message) -> None:
    services.edit_message(message.author, message.room_id, message.seq, "Ships everywhere")
    page = text(admin.get(f"{MESSAGES}{message.pk}/change/"))
    assert "Ships everywhere" in page
    assert "Boats everywhere" in page
    assert 'name="_save"' not in page


def test_markup_in_a_message_is_text(admin: Client, message: Message) -> None:
    services.edit_message(message.author, message.room_id, message.seq, "<script>alert(1)</script>")
    for url in (MESSAGES, f"{MESSAGES}{message.pk}/change/"):
        assert "<script>alert" not in text(admin.get(url))
    assert "<script>alert" not in text(act(admin, MESSAGES, "delete_messages", message))


def test_nobody_adds_or_edits(admin: Client, message: Message) -> None:
    assert admin.get(f"{MESSAGES}add/").status_code == 403
    assert admin.post(f"{MESSAGES}{message.pk}/change/", {"body": "not said"}).status_code == 403
    assert Message.objects.get(pk=message.pk).body == "Boats everywhere"


def test_deleting_by_action_asks_then_leaves_a_tombstone_and_tells(
    admin: Client, message: Message, told: Told, django_capture_on_commit_callbacks: Commit
) -> None:
    asked = text(act(admin, MESSAGES, "delete_messages", message))
    assert "Delete these messages?" in asked
    assert "Bo · Harbour: Boats everywhere" in asked
    assert Message.objects.get(pk=message.pk).deleted_at is None
    with django_capture_on_commit_callbacks(execute=True):
        done = act(admin, MESSAGES, "delete_messages", message, confirmed="yes")
    assert notes(done) == ["1 done."]
    tomb = Message.objects.get(pk=message.pk)
    assert (tomb.body, tomb.deleted_at is not None) == ("", True)
    (changed,) = (event for event in told if isinstance(event, fanout.Changed))
    assert [(change.number, change.seq) for change in changed.changes] == [(tomb.version, tomb.seq)]
    assert "Boats everywhere" in text(admin.get(f"{MESSAGES}{message.pk}/change/"))


def test_refusals_are_counted_and_do_not_stop_the_others(
    admin: Client, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Message.objects.exclude(pk=message.pk).get()
    real = services.delete_message

    def refusing(actor: User, room_id: int, seq: int, **why: str) -> Message:
        return real(actor, room_id, seq if seq == message.seq else 999)

    monkeypatch.setattr(services, "delete_message", refusing)
    done = act(admin, MESSAGES, "delete_messages", first, message, confirmed="yes")
    assert notes(done) == ["1 done.", "1 not done: There is no such message."]
    assert Message.objects.get(pk=message.pk).deleted_at


def test_the_delete_button_of_one_message(admin: Client, message: Message) -> None:
    assert "Boats everywhere" in text(admin.get(f"{MESSAGES}{message.pk}/delete/"))
    assert admin.post(f"{MESSAGES}{message.pk}/delete/", {"post": "yes"}).status_code == 302
    assert Message.objects.get(pk=message.pk).deleted_at


def test_a_refusal_at_the_delete_button_is_a_note(
    admin: Client, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = services.delete_message
    monkeypatch.setattr(services, "delete_message", lambda actor, room_id, seq: real(actor, room_id, 999))
    done: Any = admin.post(f"{MESSAGES}{message.pk}/delete/", {"post": "yes"}, follow=True)
    assert notes(done) == ["There is no such message."]


def test_the_permission_to_delete_is_enough_also_in_private_rooms(staff: Staff, message: Message, ada: User) -> None:
    services.update_room(ada, message.room_id, kind="private")
    client = staff("view_message", "delete_message")
    act(client, MESSAGES, "delete_messages", message, confirmed="yes")
    assert Message.objects.get(pk=message.pk).deleted_at


def test_restoring_by_action_asks_then_puts_the_text_back_and_tells(
    admin: Client, message: Message, told: Told, ada: User, django_capture_on_commit_callbacks: Commit
) -> None:
    services.delete_message(ada, message.room_id, message.seq)
    assert "Restore these messages?" in text(act(admin, MESSAGES, "restore_messages", message))
    with django_capture_on_commit_callbacks(execute=True):
        done = act(admin, MESSAGES, "restore_messages", message, confirmed="yes", reason="A mistake")
    assert notes(done) == ["1 done."]
    back = Message.objects.get(pk=message.pk)
    assert (back.body, back.deleted_at) == ("Boats everywhere", None)
    (changed,) = (event for event in told if isinstance(event, fanout.Changed))
    assert changed.changes == [back.to_change()]


def test_what_its_author_deleted_is_refused_without_its_permission(staff: Staff, message: Message) -> None:
    services.delete_message(message.author, message.room_id, message.seq)
    client = staff("view_message", "delete_message")
    done = act(client, MESSAGES, "restore_messages", message, confirmed="yes")
    assert notes(done) == [
        "1 not done: Its author deleted this message. Only staff with the permission can restore it."
    ]
    client = staff("view_message", "delete_message", "restore_message", name="Other")
    assert notes(act(client, MESSAGES, "restore_messages", message, confirmed="yes")) == ["1 done."]


def test_without_the_permission_to_delete_nothing_is_restored(staff: Staff, message: Message, ada: User) -> None:
    services.delete_message(ada, message.room_id, message.seq)
    client = staff("view_message", "change_message", "restore_message", "change_room")
    assert "restore_messages" not in text(client.get(MESSAGES))
    act(client, MESSAGES, "restore_messages", message, confirmed="yes")
    assert Message.objects.get(pk=message.pk).deleted_at


@pytest.mark.parametrize("permissions", [["view_message"], ["view_message", "change_message", "change_room"]])
def test_without_it_nothing_is_deleted(staff: Staff, message: Message, permissions: list[str]) -> None:
    client = staff(*permissions)
    assert "delete_messages" not in text(client.get(MESSAGES))
    act(client, MESSAGES, "delete_messages", message, confirmed="yes")
    assert client.post(f"{MESSAGES}{message.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Message.objects.get(pk=message.pk).deleted_at is None


ORDERS = [("", "message_created"), ("room={room}", "(room_id=?)"), ("since=2001-01-01", "message_created")]


@pytest.mark.parametrize(("query", "index"), ORDERS)
def test_each_order_is_read_from_an_index(admin: Client, message: Message, query: str, index: str) -> None:
    """Or the newest page of a million messages would sort them all (as SQLite says it)."""
    answer: Any = admin.get(f"{MESSAGES}?{query.format(room=message.room_id)}")
    plan = answer.context["cl"].queryset[:50].explain()
    assert index in plan, plan
    assert "TEMP B-TREE" not in plan, plan
