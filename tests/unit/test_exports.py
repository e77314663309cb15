"""The record of acts as lines of a file."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import DjangoAssertNumQueries

from chat import exports, services
from chat.models import Act, Room, User
from tests.unit.saying import in_an_hour

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def written(kind: str) -> str:
    return "".join(exports.chunks(Act.objects.all(), exports.FORMS[kind]))


def command(*options: str) -> str:
    out = StringIO()
    call_command("export_acts", *options, stdout=out)
    return out.getvalue()


def test_json_lines(ada: User, bo: User, lobby: Room) -> None:
    services.mute(ada, lobby.pk, bo.pk, in_an_hour())
    lines = [json.loads(line) for line in written("jsonl").splitlines()]
    assert [line["id"] for line in lines] == sorted(Act.objects.values_list("pk", flat=True))
    last = lines[-1]
    assert (last["verb"], last["actor_name"], last["person_id"], last["room_name"]) == ("muted", "Ada", bo.pk, "Lobby")
    assert last["before"] == {"muted_until": None} and last["after"]["muted_until"]


def test_csv(ada: User, bo: User, lobby: Room) -> None:
    services.set_role(ada, lobby.pk, bo.pk, "moderator")
    rows = list(csv.DictReader(StringIO(written("csv"))))
    assert (rows[-1]["verb"], rows[-1]["person_name"], rows[-1]["seq"]) == ("role_changed", "Bo", "")
    assert json.loads(rows[-1]["after"]) == {"role": "moderator"}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_name_is_no_formula(name: str, ada: User) -> None:
    services.create_room(ada, name=name)
    row = list(csv.DictReader(StringIO(written("csv"))))[-1]
    assert row["room_name"] == f"'{name}"


def test_a_long_record_takes_a_query_for_each_piece(
    ada: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for number in range(5):
        services.create_room(ada, name=f"Room {number}")
    with django_assert_num_queries(3):
        assert len(written("jsonl").splitlines()) == 5


def test_the_command(ada: User, lobby: Room, den: Room) -> None:
    assert len(command().splitlines()) == Act.objects.count()
    of_den = command(f"--room={den.slug}", "--format=csv").splitlines()
    assert len(of_den) == 1 + Act.objects.filter(room=den).count()
    assert command("--since=2199-01-01") == ""


@pytest.mark.parametrize("day", ["soon", "2026-02-31"])
def test_the_command_says_what_is_no_day(day: str) -> None:
    with pytest.raises(CommandError):
        call_command("export_acts", f"--since={day}")
