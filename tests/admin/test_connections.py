"""Live connections in the admin: who may see them, what is shown, what is done with those chosen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from chat import feed, services
from chat.census import Census, Known, Query, Report, Row
from chat.fanout import Ended, SwitchAsked
from chat.models import Act, Membership, Room, User
from tests.admin.conftest import Staff, Told, signed_in
from tests.admin.page import notes, text

URL = "/admin/chat/connection/"
NOW = f"{URL}now/"
DEEDS = {"kick": "Remove from the room", "switch": "Ask to switch transport", "end": "End …"}
PERMISSIONS = {
    "kick": ("delete_membership", "change_room"),
    "switch": ("ask_to_switch",),
    "end": ("end_connection",),
}


class FakeRegistrar:
    """A census that a test has made up; keeps what was asked."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.silent: list[Known] = []
        self.samples: list[tuple[int, ...]] = []
        self.matching = 0
        self.is_alone = self.is_deaf = False
        self.asked: list[Query] = []

    async def take(self, query: Query) -> Census:
        self.asked.append(query)
        rows = [row for row in self.rows if query.ids is None or row.id in query.ids]
        matching = self.matching or len(rows)
        report = Report(1, "p1", "web:8001", {"websocket": matching}, {"websocket": len(rows)}, rows, self.samples)
        return Census([report], self.silent, self.is_alone, self.is_deaf)


@pytest.fixture
def registrar(monkeypatch: pytest.MonkeyPatch) -> FakeRegistrar:
    registrar = FakeRegistrar()
    monkeypatch.setattr(feed, "registrar", lambda: registrar)
    return registrar


def row(user: User, room: Room, number: int = 7, transport: str = "websocket", **figures: Any) -> Row:
    given = {"behind": 3, "round_trip_s": 0.0421, "sent": 2048, "empty": 5, **figures}
    return Row(
        *(f"p1:{number}", user.pk, user.username, room.pk, room.slug, transport, 0.0),
        *(given["behind"], given["round_trip_s"], given["sent"], given["empty"]),
    )


@pytest.fixture
def one(registrar: FakeRegistrar, bo: User, room: Room) -> Row:
    """Bo's connection."""
    registrar.rows = [row(bo, room)]
    return registrar.rows[0]


def act(client: Client, deed: str, *ids: str, **more: str) -> Any:
    return client.post(URL, {"action": deed, "_selected_action": ids, **more}, follow=True)


# Who may

NOBODY: dict[str, Callable[[User, User], Client]] = {
    "a stranger": lambda ada, bo: Client(),
    "the owner of the room": lambda ada, bo: signed_in(ada),
    "a member": lambda ada, bo: signed_in(bo),
}


@pytest.mark.parametrize("url", [URL, NOW])
@pytest.mark.parametrize("who", NOBODY)
def test_who_is_not_staff_is_sent_to_the_door(url: str, who: str, ada: User, bo: User, one: Row) -> None:
    answer = NOBODY[who](ada, bo).get(url)
    assert (answer.status_code, "Bo" in text(answer)) == (302, False)


@pytest.mark.parametrize("url", [URL, NOW])
def test_staff_see_it_with_the_permission_alone(url: str, staff: Staff, one: Row, registrar: FakeRegistrar) -> None:
    others = ("change_room", "delete_membership", "end_connection", "ask_to_switch", "view_user")
    refused = staff(*others, name="Without")
    assert refused.get(url).status_code == 403
    assert "Live connections" not in text(refused.get("/admin/"))
    assert registrar.asked == []
    allowed = staff("view_connections", name="With")
    assert allowed.get(url).status_code == 200
    assert f'href="{URL}"' in text(allowed.get("/admin/"))


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_is_offered_and_done_with_its_permission_alone(
    deed: str, staff: Staff, one: Row, told: Told, django_capture_on_commit_callbacks: Any
) -> None:
    others = {name for other, names in PERMISSIONS.items() if other != deed for name in names}
    without = staff("view_connections", *(others - set(PERMISSIONS[deed])), name="Without")
    told.clear()
    assert DEEDS[deed] not in text(without.get(URL))
    assert act(without, deed, one.id, confirmed="yes", to="poll").status_code == 403
    assert not Act.objects.filter(actor_name="Without").exists() and told == []
    allowed = staff("view_connections", *PERMISSIONS[deed], name="With")
    assert DEEDS[deed] in text(allowed.get(URL))
    with django_capture_on_commit_callbacks(execute=True):
        answer = act(allowed, deed, one.id, confirmed="yes", to="poll")
    assert notes(answer) == ["1 done."]
    assert Act.objects.filter(actor_name="With").count() == 1


@pytest.mark.parametrize("permission", PERMISSIONS["kick"])
def test_removing_takes_both_permissions(permission: str, staff: Staff, one: Row) -> None:
    client = staff("view_connections", permission)
    assert act(client, "kick", one.id, confirmed="yes").status_code == 403


def test_who_may_see_and_do_nothing_is_offered_nothing(staff: Staff, one: Row) -> None:
    page = text(staff("view_connections").get(URL))
    assert "Bo" in page and "_selected_action" not in page and "With those chosen" not in page


# What is shown


def test_a_connection_is_shown_with_its_figures(admin: Client, one: Row) -> None:
    page = text(admin.get(URL))
    for said in ("Bo", "Harbour", "web:8001", "WebSocket", "42 ms", "2.0\xa0KB", ">3<"):
        assert said in page
    assert ">5<" not in page, "a socket has no empty answers"


def test_what_nobody_knows_is_a_dash(admin: Client, bo: User, room: Room, registrar: FakeRegistrar) -> None:
    registrar.rows = [row(bo, room, transport="poll", round_trip_s=None, empty=17)]
    page = text(admin.get(URL))
    assert ">—<" in page and ">17<" in page


def test_a_long_list_says_that_it_is_cut(admin: Client, one: Row, registrar: FakeRegistrar) -> None:
    registrar.matching = 5000
    assert "The first 1 of 5,000 connections" in text(admin.get(URL)).replace("5000", "5,000")


def test_processes_that_did_not_answer_are_named(admin: Client, one: Row, registrar: FakeRegistrar) -> None:
    registrar.silent = [Known("web:8002", 0)]
    assert "web:8002 has not answered" in text(admin.get(URL))


@pytest.mark.parametrize(("is_alone", "said"), [(True, "has no Redis"), (False, "Redis does not answer")])
def test_a_process_that_sees_only_itself_says_so(
    is_alone: bool, said: str, admin: Client, registrar: FakeRegistrar
) -> None:
    registrar.is_alone, registrar.is_deaf = is_alone, not is_alone
    assert said in text(admin.get(URL))


def test_without_a_layer_the_page_is_that_of_this_process(admin: Client) -> None:
    page = text(admin.get(URL))
    assert "has no Redis" in page and "0 connections" in page


def test_a_list_is_narrowed_by_room_person_and_transport(
    admin: Client, bo: User, room: Room, registrar: FakeRegistrar
) -> None:
    admin.get(URL, {"room": room.slug, "person": "Bo", "transport": "poll", "order": "behind"})
    admin.get(URL, {"room": "Harbour"})
    assert registrar.asked == [Query(room.pk, bo.pk, "poll", "behind"), Query(room.pk)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"room": "nowhere"}, "There is no such room."),
        ({"person": "Nobody"}, "There is no such person."),
        ({"person": "Bo\0"}, "Null characters"),
        ({"transport": "pigeon"}, "Select a valid choice"),
        ({"order": "random"}, "Select a valid choice"),
    ],
)
def test_a_mistake_in_the_form_shows_nothing_and_says_why(
    given: dict[str, str], said: str, admin: Client, one: Row, registrar: FakeRegistrar
) -> None:
    page = text(admin.get(URL, given))
    assert said in page and "Nothing is shown" in page
    assert registrar.asked == [Query(ids=())]


def test_names_are_shown_as_text(admin: Client, one: Row, registrar: FakeRegistrar, bo: User, room: Room) -> None:
    registrar.rows = [Row("p1:7", bo.pk, "<b>Bo</b>", room.pk, room.slug, "poll", 0.0, 0, None, 0, 0)]
    assert "<b>Bo</b>" not in text(admin.get(URL))


def test_the_script_gets_the_pieces_of_the_page(admin: Client, one: Row) -> None:
    parts = admin.get(NOW).json()["parts"]
    assert set(parts) == {"counts", "processes", "chart", "rows"}
    page = text(admin.get(URL))
    assert all(f'data-part="{name}"' in page for name in parts)
    assert "Bo" in parts["rows"] and "web:8001" in parts["processes"]


def test_the_list_takes_two_queries_whatever_its_length(
    admin: Client, bo: User, room: Room, registrar: FakeRegistrar, django_assert_max_num_queries: Any
) -> None:
    registrar.rows = [row(bo, room, number) for number in range(200)]
    with django_assert_max_num_queries(4):
        admin.get(NOW)


# What is done


@pytest.mark.parametrize("deed", DEEDS)
def test_it_is_asked_first(deed: str, admin: Client, one: Row, told: Told) -> None:
    told.clear()
    page = text(act(admin, deed, one.id))
    assert "Bo" in page and 'name="confirmed"' in page and 'name="reason"' in page
    assert told == []


def test_an_end_is_told_to_the_process_that_holds_the_connection(
    admin: Client, one: Row, told: Told, django_capture_on_commit_callbacks: Any
) -> None:
    told.clear()
    with django_capture_on_commit_callbacks(execute=True):
        act(admin, "end", one.id, confirmed="yes", reason="Stuck")
    assert told == [Ended("p1", 7)]
    assert Act.objects.latest("pk").reason == "Stuck"


def test_a_switch_is_asked_for_with_the_reason(
    admin: Client, one: Row, told: Told, django_capture_on_commit_callbacks: Any
) -> None:
    told.clear()
    with django_capture_on_commit_callbacks(execute=True):
        act(admin, "switch", one.id, confirmed="yes", to="longpoll", reason="Sparing the proxy")
    assert told == [SwitchAsked("p1", 7, "longpoll", "Sparing the proxy")]


def test_what_a_room_does_not_allow_is_refused_with_its_reason(admin: Client, ada: User, one: Row, room: Room) -> None:
    services.update_room(ada, room.pk, allowed_transports=["websocket"])
    [said] = notes(act(admin, "switch", one.id, confirmed="yes", to="poll"))
    assert said.startswith("1 not done: This room does not allow")


def test_a_person_with_several_pages_is_removed(admin: Client, bo: User, room: Room, registrar: FakeRegistrar) -> None:
    registrar.rows = [row(bo, room, number) for number in (7, 8)]
    answer = act(admin, "kick", "p1:7", "p1:8", confirmed="yes", reason="Sold boats")
    assert notes(answer) == ["1 done."]
    assert Membership.objects.get(room=room, user=bo).left_at
    assert Act.objects.filter(verb=Act.Verb.REMOVED, reason="Sold boats").count() == 1


def test_who_is_gone_meanwhile_is_told(admin: Client, one: Row) -> None:
    for ids in (("p1:99",), ()):
        assert "gone" in notes(act(admin, "end", *ids, confirmed="yes"))[0]


def test_the_page_keeps_its_filter_after_a_deed(admin: Client, one: Row, room: Room) -> None:
    data = {"action": "end", "_selected_action": [one.id], "confirmed": "yes"}
    answer = admin.post(f"{URL}?room={room.slug}", data)
    assert answer.headers["Location"] == f"{URL}?room={room.slug}"


def test_an_unknown_deed_is_refused(admin: Client, one: Row) -> None:
    assert act(admin, "sing", one.id).status_code == 403
