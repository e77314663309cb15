"""Members in the page of a room, and in a list of their own."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat import fanout, services
from chat.admin import inlines
from chat.models import Membership, Room, User
from tests.admin.conftest import Commit, Staff, Told
from tests.admin.page import act, fields, notes, save, text

MEMBERS = "/admin/chat/membership/"


def page_of(room: Room) -> str:
    return f"/admin/chat/room/{room.pk}/change/"


def row_of(client: Client, room: Room, user: User) -> str:
    """The prefix of the person's fields in the page of the room."""
    pk = str(Membership.objects.get(room=room, user=user).pk)
    sent = fields(text(client.get(page_of(room))))
    (name,) = (name for name, values in sent.items() if name.endswith("-id") and values == [pk])
    return name.removesuffix("id")


def member(room: Room, user: User) -> Membership:
    return Membership.objects.get(room=room, user=user)


def test_a_role(admin: Client, room: Room, bo: User) -> None:
    assert save(admin, page_of(room), **{f"{row_of(admin, room, bo)}role": "moderator"}).status_code == 302
    assert member(room, bo).role == "moderator"


@pytest.mark.parametrize("sanction", ["muted_until", "banned_until"])
def test_a_sanction_and_its_end(admin: Client, room: Room, bo: User, sanction: str) -> None:
    row = row_of(admin, room, bo)
    when = {f"{row}{sanction}_0": "2099-01-02", f"{row}{sanction}_1": "03:04:00"}
    assert save(admin, page_of(room), **when).status_code == 302
    until = getattr(member(room, bo), sanction)
    assert until.strftime("%Y-%m-%d %H:%M") == "2099-01-02 03:04"
    save(admin, page_of(room), **{f"{row}{sanction}_0": "", f"{row}{sanction}_1": ""})
    assert getattr(member(room, bo), sanction) is None


def test_removing_ends_the_membership_and_tells(
    admin: Client, room: Room, bo: User, told: Told, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert save(admin, page_of(room), **{f"{row_of(admin, room, bo)}DELETE": "on"}).status_code == 302
    assert member(room, bo).left_at
    after = Room.objects.get()
    assert after.access_version > room.access_version
    assert any(isinstance(event, fanout.Changed) and event.access_version == after.access_version for event in told)


def test_adding(admin: Client, room: Room, db: None) -> None:
    cleo = services.sign_up("Cleo", None)
    answer = save(admin, page_of(room), **{"memberships-2-0-user": str(cleo.pk), "memberships-2-0-role": "moderator"})
    assert answer.status_code == 302
    assert (member(room, cleo).role, member(room, cleo).left_at) == ("moderator", None)


def test_adding_somebody_who_has_left(admin: Client, room: Room, bo: User) -> None:
    services.leave_room(bo, room.pk)
    assert save(admin, page_of(room), **{"memberships-2-0-user": str(bo.pk)}).status_code == 302
    assert member(room, bo).left_at is None


def test_adding_a_member_again_is_refused(admin: Client, room: Room, ada: User) -> None:
    answer = save(admin, page_of(room), **{"memberships-2-0-user": str(ada.pk)})
    assert "Is a member already." in text(answer)
    assert member(room, ada).role == "owner"


def test_a_refusal_of_the_services_undoes_all_and_is_shown(admin: Client, room: Room, ada: User, bo: User) -> None:
    """The last owner stays: the other changes of the same page do not happen either."""
    changes = {f"{row_of(admin, room, ada)}role": "member", f"{row_of(admin, room, bo)}role": "moderator"}
    answer = save(admin, page_of(room), topic="half", **changes)
    assert answer.status_code == 200
    assert "A room needs an owner" in text(answer)
    assert (Room.objects.get().topic, member(room, bo).role) == ("", "member")


def test_a_room_changes_hands_in_one_go(admin: Client, room: Room, ada: User, bo: User) -> None:
    changes = {f"{row_of(admin, room, ada)}role": "member", f"{row_of(admin, room, bo)}role": "owner"}
    assert save(admin, page_of(room), **changes).status_code == 302
    assert (member(room, ada).role, member(room, bo).role) == ("member", "owner")


def test_a_page_shows_as_many_members_as_a_form_can_carry(
    admin: Client, room: Room, bo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And saves those that it showed, also when others have come before them since."""
    monkeypatch.setattr(inlines, "LIMIT", 2)
    sent: dict[str, Any] = {
        **fields(text(admin.get(page_of(room)))),
        "memberships-1-role": "moderator",
        "_save": "Save",
    }
    assert sent["memberships-TOTAL_FORMS"] == ["2"]
    services.set_role(User.objects.get(username="Root"), room.pk, services.sign_up("Cleo", None).pk, "owner")
    assert admin.post(page_of(room), sent).status_code == 302
    assert member(room, bo).role == "moderator"


def test_a_row_of_another_room_is_not_touched(admin: Client, room: Room, root: User, bo: User) -> None:
    other = services.create_room(root, name="Other")
    foreign = services.set_role(root, other.pk, bo.pk, "member")
    row = row_of(admin, room, bo)
    answer = save(admin, page_of(room), **{f"{row}id": str(foreign.pk), f"{row}role": "owner"})
    assert answer.status_code in (200, 302)
    assert (member(room, bo).role, member(other, bo).role) == ("member", "member")


def test_the_list_narrows_to_a_room_and_a_person(admin: Client, room: Room, bo: User, root: User) -> None:
    services.create_room(root, name="Other")
    page = text(admin.get(f"{MEMBERS}?room={room.pk}&user={bo.pk}"))
    assert page.count('class="action-select"') == 1


def test_one_membership_on_its_own_page(admin: Client, room: Room, bo: User) -> None:
    url = f"{MEMBERS}{member(room, bo).pk}/change/"
    assert save(admin, url, role="moderator", muted_until_0="2099-01-02", muted_until_1="00:00").status_code == 302
    after = member(room, bo)
    assert after.role == "moderator"
    assert after.muted_until
    assert after.muted_until > timezone.now() + timedelta(days=1)


def test_its_delete_button_ends_the_membership_and_keeps_the_row(admin: Client, room: Room, bo: User) -> None:
    url = f"{MEMBERS}{member(room, bo).pk}/delete/"
    assert admin.post(url, {"post": "yes"}).status_code == 302
    assert member(room, bo).left_at


def test_removing_by_action_asks_first(admin: Client, room: Room, bo: User) -> None:
    row = member(room, bo)
    assert "Remove these people?" in text(act(admin, MEMBERS, "remove", row))
    assert member(room, bo).left_at is None
    assert notes(act(admin, MEMBERS, "remove", row, confirmed="yes")) == ["1 done."]
    assert member(room, bo).left_at


def test_memberships_alone_are_not_enough_to_change_members(staff: Staff, room: Room, bo: User) -> None:
    client = staff("view_membership", "change_membership", "delete_membership")
    url = f"{MEMBERS}{member(room, bo).pk}/"
    assert client.post(f"{url}change/", {"role": "owner"}).status_code == 403
    assert client.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    act(client, MEMBERS, "remove", member(room, bo), confirmed="yes")
    assert (member(room, bo).role, member(room, bo).left_at) == ("member", None)


def test_rooms_alone_are_not_enough_to_change_members(staff: Staff, room: Room, bo: User) -> None:
    client = staff("view_room", "change_room")
    page = text(client.get(page_of(room)))
    assert "memberships-0-role" not in page
    pk = str(member(room, bo).pk)
    forged = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1", "memberships-0-id": pk}
    save(client, page_of(room), **forged, **{"memberships-0-role": "owner", "memberships-0-DELETE": "on"})
    assert (member(room, bo).role, member(room, bo).left_at) == ("member", None)
