"""All messages of a person in the admin: asked for, followed, undone."""

from typing import Any

import pytest
from django.test import Client

from chat import services
from chat.admin import deletions
from chat.models import Deletion, Membership, Message, Room, User
from tests.admin.conftest import Staff, signed_in
from tests.admin.page import act, notes, text

PEOPLE = "/admin/chat/user/"
MEMBERS = "/admin/chat/membership/"
DELETIONS = "/admin/chat/deletion/"


@pytest.fixture
def said(room: Room, bo: User, ada: User) -> Room:
    """Five messages of Bo in the Harbour, one elsewhere; the other room."""
    other = services.create_room(ada, name="Other")
    for number in range(6):
        place = room.pk if number else other.pk
        services.post_message(bo, place, key=f"k-{number:08}", body=f"boat {number}")
    return other


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that has none left for deleting."""
    monkeypatch.setattr(deletions, "SECONDS", 0)


def left(bo: User) -> int:
    return Message.objects.filter(author=bo, kind="text", deleted_at=None).count()


def page_of(deletion: Deletion) -> str:
    return f"{DELETIONS}{deletion.pk}/change/"


def test_everywhere_it_asks_then_deletes_and_shows_how_far_it_is(admin: Client, said: Room, bo: User) -> None:
    assert "Delete all messages of these people?" in text(act(admin, PEOPLE, "delete_all_messages", bo))
    assert left(bo) == 6
    done = act(admin, PEOPLE, "delete_all_messages", bo, confirmed="yes", reason="Spam")
    deletion = Deletion.objects.get()
    assert done.redirect_chain == [(page_of(deletion), 302)]
    assert notes(done) == ["1 done."]
    assert (deletion.state, deletion.deleted, deletion.reason, left(bo)) == ("deleted", 6, "Spam", 0)
    assert "Restore these messages …" in text(done)
    assert "data-carry-on" not in text(done)


def test_in_a_room_from_the_list_of_members(admin: Client, said: Room, room: Room, bo: User) -> None:
    member = Membership.objects.get(room=room, user=bo)
    assert "Delete all messages of these people in the room?" in text(act(admin, MEMBERS, "delete_messages", member))
    act(admin, MEMBERS, "delete_messages", member, confirmed="yes")
    assert (Deletion.objects.get().deleted, left(bo)) == (5, 1)


def test_what_a_request_has_no_time_for_is_carried_on(
    admin: Client, said: Room, bo: User, no_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = text(act(admin, PEOPLE, "delete_all_messages", bo, confirmed="yes"))
    deletion = Deletion.objects.get()
    assert (deletion.state, left(bo)) == ("deleting", 6)
    assert f'action="{DELETIONS}{deletion.pk}/carry-on/" data-carry-on' in page
    assert "chat/admin/carry-on.js" in page
    monkeypatch.setattr(deletions, "SECONDS", 5)
    done: Any = admin.post(f"{DELETIONS}{deletion.pk}/carry-on/", follow=True)
    assert done.redirect_chain == [(page_of(deletion), 302)]
    assert left(bo) == 0
    assert admin.get(f"{DELETIONS}{deletion.pk}/carry-on/").status_code == 405


def test_several_are_carried_on_from_the_list(
    admin: Client, said: Room, ada: User, bo: User, no_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = act(admin, PEOPLE, "delete_all_messages", ada, bo, confirmed="yes")
    assert done.redirect_chain == [(DELETIONS, 302)]
    monkeypatch.setattr(deletions, "SECONDS", 5)
    act(admin, DELETIONS, "carry_on", *Deletion.objects.all())
    assert set(Deletion.objects.values_list("state", flat=True)) == {"deleted"}


def test_undoing_asks_then_brings_them_back(admin: Client, said: Room, bo: User) -> None:
    act(admin, PEOPLE, "delete_all_messages", bo, confirmed="yes")
    deletion = Deletion.objects.get()
    assert "Restore all of these messages?" in text(act(admin, DELETIONS, "restore", deletion))
    done = act(admin, DELETIONS, "restore", deletion, confirmed="yes", reason="A mistake")
    deletion.refresh_from_db()
    assert (deletion.state, deletion.restored, left(bo)) == ("restored", 6, 6)
    assert "Restore these messages …" not in text(done)


def test_a_purged_one_is_refused(admin: Client, said: Room, bo: User) -> None:
    act(admin, PEOPLE, "delete_all_messages", bo, confirmed="yes")
    Deletion.objects.update(state="purged")
    done = act(admin, DELETIONS, "restore", Deletion.objects.get(), confirmed="yes")
    assert notes(done) == ["1 not done: What these messages said is gone for good."]
    assert left(bo) == 0


def test_a_refusal_leads_nowhere(staff: Staff, said: Room, root: User) -> None:
    client = staff("view_user", "delete_all_messages")
    done = act(client, PEOPLE, "delete_all_messages", root, confirmed="yes")
    assert notes(done) == ["1 not done: Only superusers can change accounts of staff."]
    assert not Deletion.objects.exists()


def test_its_permission_is_enough(staff: Staff, said: Room, bo: User) -> None:
    client = staff("view_user", "delete_all_messages")
    act(client, PEOPLE, "delete_all_messages", bo, confirmed="yes")
    deletion = Deletion.objects.get()
    assert client.get(page_of(deletion)).status_code == 200
    assert client.get(DELETIONS).status_code == 200
    act(client, DELETIONS, "restore", deletion, confirmed="yes")
    assert left(bo) == 6


def test_without_it_nothing_is_deleted_carried_on_or_undone(staff: Staff, said: Room, bo: User, root: User) -> None:
    deletion = services.delete_messages_of(root, bo.pk)
    client = staff("view_user", "change_user", "view_deletion", "delete_message", "ban_user")
    assert "delete_all_messages" not in text(client.get(PEOPLE))
    act(client, PEOPLE, "delete_all_messages", bo, confirmed="yes")
    act(client, DELETIONS, "carry_on", deletion)
    act(client, DELETIONS, "restore", deletion, confirmed="yes")
    assert client.post(f"{DELETIONS}{deletion.pk}/carry-on/").status_code == 403
    page = text(client.get(page_of(deletion)))
    assert "data-carry-on" not in page and "Restore these" not in page
    assert (left(bo), Deletion.objects.get().state) == (6, "deleting")


@pytest.mark.parametrize("name", ["ada", "bo", "gus"])
def test_who_is_no_staff_is_not_let_in(name: str, said: Room, root: User, ada: User, bo: User) -> None:
    """Moderators of a room, members and guests."""
    client = signed_in({"ada": ada, "bo": bo, "gus": services.enter_as_guest("Gus")}[name])
    deletion = services.delete_messages_of(root, bo.pk)
    assert client.post(f"{DELETIONS}{deletion.pk}/carry-on/").status_code == 302
    act(client, PEOPLE, "delete_all_messages", bo, confirmed="yes")
    act(client, DELETIONS, "restore", deletion, confirmed="yes")
    assert (left(bo), Deletion.objects.get().state) == (6, "deleting")


def test_nobody_changes_one_by_hand(admin: Client, said: Room, bo: User) -> None:
    act(admin, PEOPLE, "delete_all_messages", bo, confirmed="yes")
    deletion = Deletion.objects.get()
    assert admin.get(f"{DELETIONS}add/").status_code == 403
    for url in (page_of(deletion), f"{DELETIONS}{deletion.pk}/delete/"):
        assert admin.post(url, {"post": "yes", "state": "restored"}).status_code == 403
