"""How long rooms keep their messages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import history, overview, services
from chat.models import Act, Membership, Message, Report, Revision, Room, User
from chat.services import retention
from tests.unit.saying import say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def aged(message: Message, days: float) -> Message:
    """The message as if it had been written so long ago."""
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=days))
    return message


@pytest.fixture
def old(bo: User, lobby: Room) -> list[Message]:
    """Three messages of 31 days, all that is in the lobby."""
    Message.objects.all().delete()
    return [aged(say(bo, lobby, f"old {number}"), 31) for number in range(3)]


def purge(owner: User, room: Room, days: int = 30) -> int:
    services.update_room(owner, room.pk, retention_days=days)
    return services.apply_retention(room.pk)


def texts(room: Room) -> list[str]:
    return list(Message.objects.filter(room=room, kind="text").order_by("seq").values_list("body", flat=True))


def test_what_is_older_goes_and_what_is_younger_stays(ada: User, bo: User, lobby: Room, old: list[Message]) -> None:
    aged(say(bo, lobby, "young"), 29)
    say(bo, lobby, "new")
    assert purge(ada, lobby) == 3
    assert texts(lobby) == ["young", "new"]
    assert purge(ada, lobby) == 0


def test_a_room_keeps_everything_unless_it_says_otherwise(lobby: Room, old: list[Message]) -> None:
    assert services.apply_retention(lobby.pk) == 0
    assert services.overdue(lobby) == 0
    assert len(texts(lobby)) == 3


def test_other_rooms_keep_theirs(ada: User, bo: User, lobby: Room, den: Room, old: list[Message]) -> None:
    kept = aged(say(bo, den, "kept"), 1000)
    purge(ada, lobby)
    assert Message.objects.filter(pk=kept.pk).exists()


def test_it_is_done_a_few_at_a_time(
    ada: User, bo: User, lobby: Room, old: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    assert purge(ada, lobby) == 3
    assert texts(lobby) == []
    assert Act.objects.filter(verb="messages_purged").count() == 1


def test_earlier_versions_and_reports_go_too(ada: User, bo: User, lobby: Room, old: list[Message]) -> None:
    services.edit_message(bo, lobby.pk, old[0].seq, "edited")
    services.delete_message(bo, lobby.pk, old[1].seq)
    services.report_message(ada, lobby.pk, old[2].seq, "Rude")
    assert purge(ada, lobby) == 3
    assert not Revision.objects.exists() and not Report.objects.exists()


def test_a_reader_with_an_older_cursor_reads_on(ada: User, bo: User, lobby: Room, old: list[Message]) -> None:
    new = say(bo, lobby, "new")
    purge(ada, lobby)
    room = Room.objects.get(pk=lobby.pk)
    part = history.after(lobby.pk, room.epoch, 0, 100)
    assert not part.reset
    assert [change.seq for change in part.changes if change.seq > 0] == [new.seq]
    assert part.end == room.last_seq


def test_pages_of_history_end_where_the_kept_ones_begin(ada: User, bo: User, lobby: Room, old: list[Message]) -> None:
    kept = [say(bo, lobby, f"kept {number}") for number in range(3)]
    purge(ada, lobby)
    page = history.before(lobby.pk, kept[2].seq, 2)
    assert ([one.body for one in page.messages], page.more) == (["kept 0", "kept 1"], False)
    assert history.before(lobby.pk, kept[0].seq, 10) == ([], False)
    assert history.before(lobby.pk, old[1].seq, 10) == ([], False)


def test_a_room_that_is_empty_afterwards_is_a_room(ada: User, bo: User, lobby: Room, old: list[Message]) -> None:
    purge(ada, lobby)
    assert history.newest(Room.objects.get(pk=lobby.pk), 50) == ([], False)
    [entry] = [entry for entry in overview.entries(bo) if entry.room == lobby]
    assert (entry.unread, entry.last) == (0, None)
    assert say(bo, lobby, "again").seq > old[-1].seq


def test_only_what_is_there_is_unread(ada: User, bo: User, cleo: User, lobby: Room, old: list[Message]) -> None:
    services.join_room(cleo, lobby.pk)
    Membership.objects.filter(user=cleo).update(last_read_seq=0)
    say(bo, lobby, "new")
    purge(ada, lobby)
    [entry] = [entry for entry in overview.entries(cleo) if entry.room == lobby]
    assert entry.unread == 1


def test_it_tells_nobody_and_says_how_far_it_came(ada: User, bo: User, lobby: Room, old: list[Message]) -> None:
    services.update_room(ada, lobby.pk, retention_days=30)
    before = history.positions([lobby.pk])[lobby.pk]
    services.apply_retention(lobby.pk)
    assert history.positions([lobby.pk])[lobby.pk] == before._replace(purged_seq=old[-1].seq)


def test_it_is_an_act_of_the_system(ada: User, lobby: Room, old: list[Message]) -> None:
    purge(ada, lobby)
    act = Act.objects.get(verb="messages_purged")
    assert (act.actor, act.room, act.after["days"]) == (None, lobby, 30)


def test_a_room_that_is_gone_has_nothing_to_purge(db: None) -> None:
    assert services.apply_retention(10**6) == 0
