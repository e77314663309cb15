"""Sanctions in the admin: asked for how long and why, each with its permission, shown on the page of the person."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat import fanout, services
from chat.models import FOR_GOOD, Act, Membership, Room, User
from tests.admin.conftest import Commit, Staff, Told, signed_in
from tests.admin.page import act, fields, notes, save, text

PEOPLE = "/admin/chat/user/"
MEMBERS = "/admin/chat/membership/"
DAY = {"confirmed": "yes", "hours": "24", "reason": "Sold boats", "note": "Second time"}

ACTIONS = {"ban_everywhere": "ban_user", "mute_everywhere": "mute_user", "end_sessions": "end_sessions"}
each = pytest.mark.parametrize("action", ACTIONS)


def stored(user: User) -> User:
    return User.objects.get(pk=user.pk)


@each
def test_it_asks_first(admin: Client, bo: User, action: str) -> None:
    page = text(act(admin, PEOPLE, action, bo))
    assert "<li>Bo</li>" in page
    assert {"reason", "confirmed", "action"} <= set(fields(page))
    assert ("hours" in fields(page)) == (action != "end_sessions")
    assert not Act.objects.filter(person=bo).exists()


@pytest.mark.parametrize(("action", "until"), [("ban_everywhere", "banned_until"), ("mute_everywhere", "muted_until")])
def test_it_is_done_for_as_long_as_was_said(admin: Client, root: User, bo: User, action: str, until: str) -> None:
    assert notes(act(admin, PEOPLE, action, bo, **DAY)) == ["1 done."]
    left = getattr(stored(bo), until) - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    done = Act.objects.get(person=bo)
    assert (done.actor, done.reason, done.note) == (root, "Sold boats", "Second time")
    act(admin, PEOPLE, action, bo, **{**DAY, "hours": str(10**6)})
    assert getattr(stored(bo), until) == FOR_GOOD


@pytest.mark.parametrize(
    "wrong",
    [{"hours": ""}, {"hours": "2"}, {"hours": "x"}, {"reason": "x" * 201}, {"reason": "a\0b"}, {"note": "x" * 2001}],
    ids=str,
)
def test_what_no_form_would_send_is_asked_again(admin: Client, bo: User, wrong: dict[str, str]) -> None:
    page = text(act(admin, PEOPLE, "ban_everywhere", bo, **{**DAY, **wrong}))
    assert "errorlist" in page
    assert not stored(bo).is_banned


@pytest.mark.parametrize(("action", "until"), [("lift_ban", "banned_until"), ("lift_mute", "muted_until")])
def test_it_is_lifted(admin: Client, bo: User, action: str, until: str) -> None:
    User.objects.filter(pk=bo.pk).update(**{until: FOR_GOOD})
    assert notes(act(admin, PEOPLE, action, bo)) == ["1 done."]
    assert getattr(stored(bo), until) is None


def test_the_end_of_sessions_is_told_and_holds(
    admin: Client, ada: User, told: Told, django_capture_on_commit_callbacks: Commit
) -> None:
    theirs = signed_in(ada)
    with django_capture_on_commit_callbacks(execute=True):
        assert notes(act(admin, PEOPLE, "end_sessions", ada, confirmed="yes")) == ["1 done."]
    assert fanout.Revoked(user_id=ada.pk) in told
    assert theirs.get("/account/").status_code == 302
    assert signed_in(stored(ada)).get("/account/").status_code == 200


@each
def test_it_takes_its_own_permission(staff: Staff, room: Room, bo: User, action: str) -> None:
    permission = ACTIONS[action]
    others = [*(set(ACTIONS.values()) - {permission}), "view_user", "change_user", "change_room", "change_membership"]
    without, given = staff(*others, name="Without"), staff("view_user", permission, name="Given")
    act(without, PEOPLE, action, bo, **DAY)
    assert not Act.objects.filter(person=bo, verb__in=["banned", "muted", "sessions_ended"]).exists()
    assert notes(act(given, PEOPLE, action, bo, **DAY)) == ["1 done."]


@each
def test_moderators_members_and_guests_do_not_come_here(room: Room, ada: User, bo: User, action: str) -> None:
    services.create_room(bo, name="Bo's own")
    victim = services.sign_up("Dora", None)
    for user in (ada, bo, services.enter_as_guest("Gus")):
        act(signed_in(user), PEOPLE, action, victim, **DAY)
    assert not Act.objects.filter(person=victim).exists()


@each
def test_staff_do_not_sanction_staff(staff: Staff, root: User, action: str) -> None:
    client = staff("view_user", ACTIONS[action])
    done = act(client, PEOPLE, action, root, **DAY)
    assert notes(done) == ["1 not done: Only superusers can change accounts of staff."]


# The page of a person


def test_the_page_of_a_person_shows_sanctions_and_what_came_before(
    admin: Client, root: User, room: Room, bo: User
) -> None:
    services.mute(root, room.pk, bo.pk, FOR_GOOD, reason="Shouting")
    services.mute(root, room.pk, bo.pk, None)
    services.ban_everywhere(root, bo.pk, FOR_GOOD, reason="Sold boats", note="Told him twice")
    page = text(admin.get(f"{PEOPLE}{bo.pk}/change/"))
    for part in ("Lifted a mute", "Shouting", "Sold boats", "Told him twice", "everywhere"):
        assert part in page


def test_the_page_of_a_person_without_sanctions_says_so(admin: Client, bo: User) -> None:
    page = text(admin.get(f"{PEOPLE}{bo.pk}/change/"))
    assert "None</div>" not in page


def test_notes_are_for_those_who_may_read_the_record(staff: Staff, root: User, bo: User) -> None:
    services.ban_everywhere(root, bo.pk, FOR_GOOD, note="Told him twice")
    url = f"{PEOPLE}{bo.pk}/change/"
    assert "Told him twice" not in text(staff("view_user", name="Without").get(url))
    assert "Told him twice" in text(staff("view_user", "view_act", name="Given").get(url))


def test_the_page_of_a_person_offers_the_actions_that_one_may_do(admin: Client, staff: Staff, bo: User) -> None:
    url = f"{PEOPLE}{bo.pk}/change/"
    assert '<option value="ban_everywhere">' in text(admin.get(url))
    page = text(staff("view_user", "mute_user").get(url))
    assert '<option value="mute_everywhere">' in page
    assert '<option value="ban_everywhere">' not in page
    assert "person-actions" not in text(staff("view_user", name="Looks on").get(url))


def test_sanctions_are_not_fields_that_one_types_into(admin: Client, bo: User) -> None:
    save(admin, f"{PEOPLE}{bo.pk}/change/", banned_until_0="2099-01-02", banned_until_1="00:00", ban_reason="typed")
    assert (stored(bo).banned_until, stored(bo).ban_reason) == (None, "")


# In one room


@pytest.mark.parametrize(("action", "until"), [("ban", "banned_until"), ("mute", "muted_until")])
def test_in_one_room(admin: Client, root: User, room: Room, bo: User, action: str, until: str) -> None:
    row = Membership.objects.get(room=room, user=bo)
    assert "hours" in fields(text(act(admin, MEMBERS, action, row)))
    assert notes(act(admin, MEMBERS, action, row, **DAY)) == ["1 done."]
    row.refresh_from_db()
    assert getattr(row, until) > timezone.now()
    done = Act.objects.latest("pk")
    assert (done.room, done.person, done.reason, done.note) == (room, bo, "Sold boats", "Second time")


@pytest.mark.parametrize("action", ["ban", "mute"])
def test_in_one_room_it_takes_members_and_rooms(staff: Staff, room: Room, bo: User, action: str) -> None:
    row = Membership.objects.get(room=room, user=bo)
    act(staff("view_membership", "change_membership"), MEMBERS, action, row, **DAY)
    row.refresh_from_db()
    assert not row.is_banned and not row.is_muted


def test_the_page_of_a_member_has_reasons_and_a_note(admin: Client, room: Room, bo: User) -> None:
    row = Membership.objects.get(room=room, user=bo)
    when: dict[str, Any] = {"banned_until_0": "2099-01-02", "banned_until_1": "00:00:00"}
    url = f"{MEMBERS}{row.pk}/change/"
    assert save(admin, url, **when, ban_reason="Sold boats", note="Second time").status_code == 302
    row.refresh_from_db()
    assert (row.is_banned, row.ban_reason) == (True, "Sold boats")
    assert Act.objects.latest("pk").note == "Second time"


def test_a_longer_ban_in_the_page_of_the_room_keeps_its_reason(admin: Client, root: User, room: Room, bo: User) -> None:
    services.ban(root, room.pk, bo.pk, timezone.now() + timedelta(days=1), reason="Sold boats")
    url = f"/admin/chat/room/{room.pk}/change/"
    sent = fields(text(admin.get(url)))
    pk = str(Membership.objects.get(room=room, user=bo).pk)
    (name,) = (name for name, values in sent.items() if name.endswith("-id") and values == [pk])
    row = name.removesuffix("id")
    save(admin, url, **{f"{row}banned_until_0": "2099-01-02"})
    after = Membership.objects.get(room=room, user=bo)
    assert after.banned_until and (after.banned_until.year, after.ban_reason) == (2099, "Sold boats")


@pytest.mark.parametrize(
    ("url", "action", "verb"),
    [
        (MEMBERS, "remove", "removed"),
        ("/admin/chat/message/", "delete_messages", "message_deleted"),
        (PEOPLE, "close_accounts", "account_closed"),
    ],
)
def test_other_acts_take_a_reason_too(admin: Client, message: Any, bo: User, url: str, action: str, verb: str) -> None:
    rows = {MEMBERS: Membership.objects.get(user=bo), PEOPLE: bo}
    why = {"confirmed": "yes", "reason": "Asked for", "note": "By mail"}
    assert notes(act(admin, url, action, rows.get(url, message), **why)) == ["1 done."]
    done = Act.objects.get(verb=verb)
    assert (done.reason, done.note) == ("Asked for", "By mail")
