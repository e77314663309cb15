"""The messages of a room as a file."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import DjangoAssertNumQueries

from chat import exports, services, wire
from chat.errors import Forbidden, NotFound
from chat.models import Act, Message, Room, User
from chat.room_exports import form_of, messages_of
from tests.unit.saying import say
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def written(room: Room, kind: str) -> str:
    room = Room.objects.get(pk=room.pk)
    return "".join(exports.chunks(messages_of(room), form_of(room, kind)))


def command(*options: str) -> str:
    out = StringIO()
    call_command("export_room", *options, stdout=out)
    return out.getvalue()


def test_json_lines_are_messages_as_on_the_wire(ada: User, bo: User, lobby: Room) -> None:
    first = say(bo, lobby, "boats")
    say(ada, lobby, "many", reply_to=first.seq)
    services.delete_message(bo, lobby.pk, first.seq)
    lines = written(lobby, "jsonl").splitlines()
    stored = Message.objects.of(lobby.pk).order_by("seq")
    assert lines == [wire.encode(message.to_wire()).decode() for message in stored]
    assert [json.loads(line)["deleted"] for line in lines[-2:]] == [True, False]


def test_a_page_shows_edits_replies_notices_and_tombstones(ada: User, bo: User, lobby: Room) -> None:
    gone, edited = say(bo, lobby, "not for long"), say(bo, lobby, "before")
    services.delete_message(bo, lobby.pk, gone.seq)
    services.edit_message(bo, lobby.pk, edited.seq, "after")
    say(ada, lobby, "yes", reply_to=edited.seq)
    page = written(lobby, "html")
    assert page.startswith("<!doctype html>") and page.endswith("</html>\n")
    assert "not for long" not in page and "before" not in page
    assert page.count("message deleted") == page.count(">edited<") == 1
    assert f'href="#m-{edited.seq}"' in page and f'id="m-{edited.seq}"' in page
    assert "<b>Ada</b> opened the room" in page


def test_what_people_wrote_is_text_and_nothing_else(ada: User) -> None:
    room = services.create_room(ada, name="<script>1</script>", topic="</title><b>")
    say(ada, room, "<img src=x onerror=alert(1)>")
    page = written(room, "html")
    assert "<script" not in page and "<img" not in page and "</title><b>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "default-src 'none'" in page


def test_a_long_room_takes_a_query_for_each_piece(
    bo: User, lobby: Room, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Message.objects.all().delete()
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for number in range(5):
        say(bo, lobby, f"text {number}")
    room = Room.objects.get(pk=lobby.pk)
    with django_assert_num_queries(3):
        lines = "".join(exports.chunks(messages_of(room), form_of(room, "jsonl"))).splitlines()
    assert [json.loads(line)["body"] for line in lines] == [f"text {number}" for number in range(5)]


def test_what_comes_meanwhile_is_not_in_it(bo: User, lobby: Room) -> None:
    room = Room.objects.get(pk=lobby.pk)
    pieces = exports.chunks(messages_of(room), form_of(room, "jsonl"))
    next(pieces)
    say(bo, lobby, "too late")
    assert "too late" not in "".join(pieces)


def test_an_export_is_recorded(lobby: Room, den: Room) -> None:
    wanda = staff_with("export_room")
    services.export_room(wanda, den.pk, "html")
    act = Act.objects.get(verb="room_exported")
    assert (act.actor, act.room, act.after["format"]) == (wanda, den, "html")


@pytest.mark.parametrize("name", ["ada", "mo", "bo", "cleo", "gus", "sam"])
def test_only_staff_with_the_permission_export(name: str, lobby: Room, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Forbidden):
        services.export_room(request.getfixturevalue(name), lobby.pk, "jsonl")
    assert not Act.objects.filter(verb="room_exported").exists()


def test_a_room_that_does_not_exist(db: None) -> None:
    with pytest.raises(NotFound):
        services.export_room(staff_with("export_room"), 10**6, "jsonl")
    with pytest.raises(CommandError):
        command("nowhere")


def test_the_command(bo: User, lobby: Room) -> None:
    say(bo, lobby, "boats")
    assert json.loads(command("lobby").splitlines()[-1])["body"] == "boats"
    assert '<p class="text">boats</p>' in command("lobby", "--format=html")
    assert [act.actor for act in Act.objects.filter(verb="room_exported")] == [None, None]
