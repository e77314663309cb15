"""The record of acts in the admin: found, read, taken away, never changed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from chat import services
from chat.models import Act, Message, Room, User
from tests.admin.conftest import Staff, signed_in
from tests.admin.page import act as run_action
from tests.admin.page import save, text

ACTS = "/admin/chat/act/"


def rows(page: str) -> int:
    return page.count('class="action-select"')


def streamed(answer: Any) -> list[str]:
    return b"".join(answer.streaming_content).decode().splitlines()


@pytest.fixture
def muted(room: Room, ada: User, bo: User) -> Act:
    services.create_room(bo, name="Elsewhere")
    services.mute(ada, room.pk, bo.pk, None)
    services.set_role(ada, room.pk, bo.pk, "moderator")
    return Act.objects.latest("pk")


def test_what_is_done_in_the_admin_is_recorded(admin: Client, root: User, room: Room, bo: User) -> None:
    before = Act.objects.count()
    save(admin, f"/admin/chat/room/{room.pk}/change/", topic="Tea")
    save(admin, f"/admin/chat/user/{bo.pk}/change/", username="Bobo", is_staff="on")
    new = {"password1": "a long tail 7", "password2": "a long tail 7"}
    save(admin, f"/admin/chat/user/{bo.pk}/password/", **new)
    fields = {"usable_password": "false"}
    save(admin, "/admin/chat/user/add/", username="Cleo", **fields)
    acts = list(Act.objects.order_by("pk"))[before:]
    verbs = ["room_changed", "person_renamed", "person_changed", "password_set", "person_added"]
    assert [(act.verb, act.actor) for act in acts] == [(verb, root) for verb in verbs]


def test_rights_that_are_given_are_recorded(admin: Client, bo: User) -> None:
    save(admin, f"/admin/chat/user/{bo.pk}/change/", is_staff="on", user_permissions=["1"])
    act = Act.objects.get(verb="rights_changed")
    assert (act.person, len(act.after["permissions"])) == (bo, 1)
    assert bo.user_permissions.count() == 1


def test_the_list_narrows(admin: Client, room: Room, ada: User, bo: User, muted: Act) -> None:
    assert rows(text(admin.get(ACTS))) == Act.objects.count()
    of_room = Act.objects.filter(room=room).count()
    assert rows(text(admin.get(f"{ACTS}?room={room.pk}"))) == of_room
    assert rows(text(admin.get(f"{ACTS}?actor={bo.pk}"))) == 1
    assert rows(text(admin.get(f"{ACTS}?person={bo.pk}&verb__exact=role_changed"))) == 2
    assert rows(text(admin.get(f"{ACTS}?since=2199-01-01"))) == 0


@pytest.mark.parametrize(("term", "count"), [("elsew", 1), ("ELSE", 1), ("bo", 4), ("ada", 3), ("nobody", 0)])
def test_the_search_knows_people_and_rooms(admin: Client, muted: Act, term: str, count: int) -> None:
    assert rows(text(admin.get(ACTS, {"q": term}))) == count


def test_the_search_knows_rooms_that_are_gone(admin: Client, root: User, room: Room) -> None:
    services.delete_room(root, room.pk)
    assert rows(text(admin.get(ACTS, {"q": "Harbour"}))) == Act.objects.count()


def test_one_act(admin: Client, room: Room, bo: User, muted: Act) -> None:
    page = text(admin.get(f"{ACTS}{muted.pk}/change/"))
    assert f'<a href="/admin/chat/room/{room.pk}/change/">Harbour</a>' in page
    assert f'<a href="/admin/chat/user/{bo.pk}/change/">Bo</a>' in page
    assert "role: member → moderator" in page.lower()
    assert 'name="_save"' not in page
    assert "None</div>" not in page


def test_one_act_on_a_message_leads_there(admin: Client, root: User, message: Message) -> None:
    services.delete_message(root, message.room_id, message.seq)
    act = Act.objects.get(verb="message_deleted")
    page = text(admin.get(f"{ACTS}{act.pk}/change/"))
    assert f"/admin/chat/message/{message.pk}/change/" in page
    assert "Boats everywhere" not in page


def test_one_act_in_a_room_that_is_gone(admin: Client, root: User, message: Message) -> None:
    services.delete_message(root, message.room_id, message.seq)
    services.delete_room(root, message.room_id)
    act = Act.objects.get(verb="message_deleted")
    page = text(admin.get(f"{ACTS}{act.pk}/change/"))
    assert "Harbour" in page and f"#{message.seq}" in page


def test_nobody_changes_or_deletes_one(admin: Client, muted: Act) -> None:
    for url in (f"{ACTS}{muted.pk}/change/", f"{ACTS}{muted.pk}/delete/", f"{ACTS}add/"):
        assert admin.post(url, {"post": "yes", "reason": "another"}).status_code == 403
    assert Act.objects.get(pk=muted.pk).reason == ""


def test_the_pages_of_a_room_and_a_person_lead_here(admin: Client, room: Room, bo: User) -> None:
    assert f'href="/admin/chat/act/?room={room.pk}"' in text(admin.get(f"/admin/chat/room/{room.pk}/change/"))
    assert f'href="/admin/chat/act/?person={bo.pk}"' in text(admin.get(f"/admin/chat/user/{bo.pk}/change/"))


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_an_export_of_all_that_the_filters_leave(admin: Client, room: Room, muted: Act, kind: str) -> None:
    chosen = {"_selected_action": "0", "select_across": "1", "index": "0", "action": f"export_{kind}"}
    answer = admin.post(f"{ACTS}?room={room.pk}", chosen)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="acts.{kind}"'
    assert len(streamed(answer)) == Act.objects.filter(room=room).count() + (kind == "csv")


def test_an_export_of_chosen_acts(admin: Client, muted: Act) -> None:
    chosen = {"_selected_action": [str(muted.pk)], "index": "0", "action": "export_jsonl"}
    [line] = streamed(admin.post(ACTS, chosen))
    assert json.loads(line)["id"] == muted.pk


def test_it_has_a_permission_of_its_own(staff: Staff, muted: Act, bo: User) -> None:
    without = staff("view_room", "change_room", "view_user", "change_user", "view_message", name="Without")
    given = staff("view_act", name="Given")
    for client, status in ((without, 403), (given, 200)):
        assert client.get(ACTS).status_code == client.get(f"{ACTS}{muted.pk}/change/").status_code == status
        chosen = {"_selected_action": [str(muted.pk)], "index": "0", "action": "export_jsonl"}
        assert client.post(ACTS, chosen).status_code == status
    for user in (bo, services.enter_as_guest("Gus")):
        assert signed_in(user).get(ACTS).status_code == 302


def test_a_moderator_of_a_room_is_not_let_in(ada: User, muted: Act) -> None:
    assert signed_in(ada).get(ACTS).status_code == 302
    assert run_action(signed_in(ada), ACTS, "export_csv", muted).redirect_chain


def test_changes_are_told_in_words(admin: Client, room: Room, root: User, bo: User) -> None:
    services.mute(root, room.pk, bo.pk, datetime(2099, 1, 2, 15, tzinfo=UTC))
    bo.is_staff = True
    services.change_person(root, bo, {"is_staff"})
    rights, mute = Act.objects.order_by("-pk")[:2]
    assert "muted until: — → Jan. 2, 2099, 3 p.m." in text(admin.get(f"{ACTS}{mute.pk}/change/"))
    assert "staff status: No → Yes" in text(admin.get(f"{ACTS}{rights.pk}/change/"))
