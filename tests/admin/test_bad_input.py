"""What no browser would send: errors of the form, or a refusal; never a failure, never half of it."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from chat import services
from chat.models import Membership, Room, User
from tests.admin.page import act, save, text

LONG = "9" * 5000

ROOM: dict[str, list[Any]] = {
    "name": ["", " ", "a\x00b", "a\x07b", "a\u200bb", "\u2800", "x" * 61, "x" * 50_000, "e" + "\u0301" * 40],
    "topic": ["a\x00b", "a\x1b[31m", "a\u202eb", "x" * 201],
    "kind": ["", "direct", "a\x00b"],
    "state": ["", "closed"],
    "guests": ["", "all"],
    "allowed_transports": [[], ["carrier pigeon"], ["websocket", "a\x00b"]],
    "default_transport": ["", "carrier pigeon"],
    "poll_interval_ms": ["", "0", "499", "60001", "-1", "NaN", "1e3", "1.5", LONG],
    "hold_s": ["", "4", "56", "x", LONG],
    "slow_mode_s": ["", "-1", "3601", LONG],
    "max_length": ["", "-1", "4001", LONG],
    "retention_days": ["", "-1", "3651", LONG],
    "seen_version": ["", "x", "-1", LONG],
    "memberships-TOTAL_FORMS": ["", "x", LONG],
    "memberships-INITIAL_FORMS": ["", "x"],
    "memberships-0-id": ["", "x", "a\x00b", "-1", LONG],
    "memberships-0-role": ["", "king", "a\x00b"],
    "memberships-0-muted_until_0": ["x", "2026-13-01", "0001-01-01", "9999-12-31", "a\x00b"],
    "memberships-0-banned_until_1": ["x", "25:00"],
    "memberships-2-0-user": ["x", "-1", "0", "a\x00b", "999999", LONG],
}


def cases(fields: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(name, value, id=f"{name}-{place}")
        for name, values in fields.items()
        for place, value in enumerate(values)
    ]


@pytest.mark.parametrize(("field", "value"), cases(ROOM))
def test_a_room_stays_as_it_is(admin: Client, room: Room, bo: User, field: str, value: Any) -> None:
    before = Room.objects.values().get(), list(Membership.objects.order_by("pk").values())
    changes: dict[str, Any] = {"topic": "half of it", "memberships-1-role": "moderator", field: value}
    answer = save(admin, f"/admin/chat/room/{room.pk}/change/", **changes)
    assert answer.status_code == 200
    assert "errornote" in text(answer)
    assert (Room.objects.values().get(), list(Membership.objects.order_by("pk").values())) == before


@pytest.mark.parametrize("field", ["memberships-TOTAL_FORMS", "memberships-INITIAL_FORMS"])
def test_a_number_of_rows_below_none_touches_no_member(admin: Client, room: Room, bo: User, field: str) -> None:
    before = list(Membership.objects.order_by("pk").values())
    save(admin, f"/admin/chat/room/{room.pk}/change/", **{field: "-1", "memberships-1-role": "moderator"})
    assert list(Membership.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(("field", "value"), cases({name: ROOM[name] for name in list(ROOM)[:12]}))
def test_no_room_is_made(admin: Client, field: str, value: Any) -> None:
    answer = save(admin, "/admin/chat/room/add/", **{"name": "Quay", field: value})
    assert answer.status_code == 200
    assert not Room.objects.exists()


def test_a_default_that_is_not_allowed(admin: Client, room: Room) -> None:
    url = f"/admin/chat/room/{room.pk}/change/"
    assert save(admin, url, allowed_transports=["poll"], default_transport="websocket").status_code == 200
    assert Room.objects.get().allowed_transports == room.allowed_transports


def test_a_room_named_like_a_page_has_an_address_of_its_own(admin: Client) -> None:
    save(admin, "/admin/chat/room/add/", name="New")
    save(admin, "/admin/chat/room/add/", name="../../etc")
    save(admin, "/admin/chat/room/add/", name="Привет")
    assert all(admin.get(room.get_absolute_url()).status_code == 200 for room in Room.objects.all())
    assert Room.objects.count() == 3


QUERIES = [
    "q=%00",
    "q=" + "x" * 3000,
    "p=x",
    "p=-1",
    "p=99999",
    "p=" + LONG,
    "o=x.y.99",
    "e=1",
    "_to_field=password",
    "kind__exact=%00",
    "kind__exact=x&kind__exact=y",
    "is_guest__exact=maybe",
    "state__exact=x",
    "deleted=maybe",
    "open=maybe",
    "room=" + LONG,
    "room=%00",
    "author=99999999999999999999",
    "since=%00",
    "body__regex=(((",
    "author__password__startswith=m",
    "memberships__user__password__startswith=m",
    "password__startswith=m",
    "nothing__like=this",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("model", ["room", "membership", "message", "user", "invite"])
def test_a_list_takes_only_its_own_filters(admin: Client, message: Any, model: str, query: str) -> None:
    answer: Any = admin.get(f"/admin/chat/{model}/?{query}", follow=True)
    assert answer.status_code in (200, 400)
    if "__startswith" in query or "__regex" in query:
        assert answer.status_code == 400


@pytest.mark.parametrize("key", ["0", "-1", "x", LONG, "99999999999999999999", "%00", "_2F", "1_00"])
@pytest.mark.parametrize("page", ["change", "delete", "history"])
@pytest.mark.parametrize("model", ["room", "membership", "message", "user", "invite"])
def test_a_row_that_is_not_there(admin: Client, message: Any, model: str, page: str, key: str) -> None:
    answer: Any = admin.get(f"/admin/chat/{model}/{key}/{page}/", follow=True)
    assert answer.status_code in (200, 403, 404)


@pytest.mark.parametrize("term", ["%00", "x" * 3000, "%ED%A0%80", "%25", "a%00b"])
def test_the_autocomplete_takes_any_term(admin: Client, room: Room, term: str) -> None:
    query = f"app_label=chat&model_name=message&field_name=room&term={term}"
    assert admin.get(f"/admin/autocomplete/?{query}").status_code == 200


@pytest.mark.parametrize("rows", [["x"], ["-1"], [LONG], ["a\x00b"], ["99999999999999999999"], []])
@pytest.mark.parametrize("action", ["archive", "open", "delete_selected", "a\x00b", ""])
def test_an_action_on_no_rows(admin: Client, room: Room, rows: list[str], action: str) -> None:
    sent = {"action": action, "_selected_action": rows, "index": "0", "confirmed": "yes"}
    answer: Any = admin.post("/admin/chat/room/", sent, follow=True)
    assert answer.status_code in (200, 400)
    assert Room.objects.get().state == "open"


def test_an_action_goes_by_post_with_a_token(room: Room, root: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(root)
    assert act(client, "/admin/chat/room/", "archive", room, confirmed="yes").status_code == 403
    assert Room.objects.get().state == "open"


def test_every_page_keeps_the_policy_of_the_product(admin: Client, room: Room, settings: Any) -> None:
    policy = str(admin.get(f"/admin/chat/room/{room.pk}/change/").headers["Content-Security-Policy"])
    assert "unsafe" not in policy
    assert "style-src 'self'" in policy


def test_a_database_that_is_away_is_a_page(admin: Client, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> Room:
        raise OperationalError

    monkeypatch.setattr(services, "update_room", away)
    answer = act(admin, "/admin/chat/room/", "archive", room, confirmed="yes")
    assert answer.status_code == 503
