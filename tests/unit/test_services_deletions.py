"""All messages of a person: deleted and brought back as one act, a piece at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import fanout, services
from chat.errors import Forbidden, NotAuthenticated, NotFound
from chat.models import Act, Deletion, Message, Revision, Room, User
from chat.services import deletions
from tests.unit.conftest import Committed
from tests.unit.saying import say
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

LONG_S = 30


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletions, "AT_ONCE", 3)


@pytest.fixture
def warden(db: None) -> User:
    return staff_with("delete_all_messages")


@pytest.fixture
def said(bo: User, ada: User, lobby: Room, den: Room) -> list[Message]:
    """What Bo said: seven in the lobby, two in the den; Ada spoke, too."""
    said = [say(bo, room, f"{number} of Bo") for room in (lobby, den) for number in range(7 if room == lobby else 2)]
    for room in (lobby, den):
        say(ada, room, "of Ada")
    return said


def gone(author: User) -> int:
    return Message.objects.filter(author=author, deleted_at__isnull=False).count()


def whole(deletion: Deletion) -> Deletion:
    """Carried out to its end."""
    return services.carry_on(deletion.pk, LONG_S)


def deleted(actor: User, person: User, room: Room | None = None) -> Deletion:
    return whole(services.delete_messages_of(actor, person.pk, room.pk if room else None))


# Deleting


def test_all_that_a_person_said_goes_and_nothing_else(
    warden: User, bo: User, said: list[Message], lobby: Room, committed: Committed
) -> None:
    with committed() as told:
        deletion = deleted(warden, bo)
    assert (deletion.state, deletion.deleted) == ("deleted", 9)
    assert gone(bo) == 9
    assert set(Message.objects.filter(deleted_at=None).values_list("body", flat=True)) == {"of Ada", "opened the room"}
    changes = [change for event in told if isinstance(event, fanout.Changed) for change in event.changes]
    assert len(changes) == 9
    assert b"of Bo" not in b"".join(change.data for change in changes)


def test_each_tombstone_takes_the_next_number_of_its_room(
    warden: User, bo: User, said: list[Message], lobby: Room
) -> None:
    last = Room.objects.get(pk=lobby.pk).last_seq
    deleted(warden, bo)
    versions = Message.objects.filter(room=lobby, author=bo).values_list("version", flat=True)
    assert sorted(versions) == list(range(last + 1, last + 8))
    assert Room.objects.get(pk=lobby.pk).last_seq == last + 7


def test_in_one_room(mo: User, bo: User, said: list[Message], lobby: Room, den: Room) -> None:
    assert deleted(mo, bo, lobby).deleted == 7
    assert not Message.objects.filter(room=den, deleted_at__isnull=False).exists()


def test_what_is_said_after_it_was_asked_for_stays(warden: User, bo: User, said: list[Message], lobby: Room) -> None:
    deletion = services.delete_messages_of(warden, bo.pk)
    late = say(bo, lobby, "late")
    assert whole(deletion).deleted == 9
    assert Message.objects.get(pk=late.pk).body == "late"


def test_notices_and_what_was_deleted_before_are_left_as_they_are(
    warden: User, ada: User, bo: User, lobby: Room
) -> None:
    message = say(ada, lobby)
    tombstone = services.delete_message(ada, lobby.pk, message.seq)
    assert deleted(warden, ada).deleted == 0
    assert Message.objects.get(pk=message.pk).version == tombstone.version
    assert Message.objects.filter(room=lobby, kind="system").exclude(body="").exists()


def test_who_has_left_is_found_all_the_same(warden: User, bo: User, said: list[Message], lobby: Room) -> None:
    services.leave_room(bo, lobby.pk)
    assert deleted(warden, bo).deleted == 9


# A piece at a time


def test_a_piece_is_bounded_and_the_next_one_goes_on_there(warden: User, bo: User, said: list[Message]) -> None:
    """As it does after a restart: all that it needs is in the row."""
    deletion = services.delete_messages_of(warden, bo.pk)
    steps = []
    while deletion.is_under_way:
        deletions._piece(deletion.pk)
        deletion = Deletion.objects.get(pk=deletion.pk)
        steps.append(deletion.deleted)
        assert gone(bo) == deletion.deleted
    assert steps == [3, 6, 7, 9, 9]


def test_no_time_does_nothing_and_some_time_a_part(warden: User, bo: User, said: list[Message]) -> None:
    deletion = services.delete_messages_of(warden, bo.pk)
    assert services.carry_on(deletion.pk, 0).deleted == 0
    assert services.carry_on(deletion.pk, 1e-9).state == "deleting"
    assert whole(deletion).deleted == 9


def test_carrying_on_what_is_done_changes_nothing(warden: User, bo: User, said: list[Message], lobby: Room) -> None:
    deletion = deleted(warden, bo)
    last = Room.objects.get(pk=lobby.pk).last_seq
    assert whole(deletion).deleted == 9
    assert Room.objects.get(pk=lobby.pk).last_seq == last


def test_a_room_that_goes_meanwhile_is_left_out(
    warden: User, bo: User, ada: User, said: list[Message], lobby: Room, den: Room
) -> None:
    deletion = services.delete_messages_of(warden, bo.pk)
    deletions._piece(deletion.pk)
    root = User.objects.create_superuser("Root")
    services.delete_room(root, lobby.pk)
    assert whole(deletion).state == "deleted"
    assert Message.objects.filter(room=den, author=bo, deleted_at=None).count() == 0


# The way back


def test_undoing_brings_exactly_those_messages_back(
    warden: User, mo: User, bo: User, said: list[Message], lobby: Room, committed: Committed
) -> None:
    services.delete_message(mo, lobby.pk, said[0].seq)
    deletion = deleted(warden, bo)
    assert deletion.deleted == 8
    with committed() as told:
        back = whole(services.restore_messages_of(warden, deletion.pk))
    assert (back.state, back.restored) == ("restored", 8)
    kept = Message.objects.filter(author=bo, kind="text").order_by("pk")
    assert [message.body for message in kept] == ["", *(message.body for message in said[1:])]
    assert [message.seq for message in kept] == [message.seq for message in said]
    assert sum(len(event.changes) for event in told if isinstance(event, fanout.Changed)) == 8


def test_what_was_touched_meanwhile_stays_as_it_is(
    warden: User, mo: User, bo: User, said: list[Message], lobby: Room
) -> None:
    deletion = deleted(warden, bo)
    services.restore_message(mo, lobby.pk, said[0].seq)
    services.restore_message(mo, lobby.pk, said[1].seq)
    services.delete_message(mo, lobby.pk, said[1].seq)
    assert whole(services.restore_messages_of(warden, deletion.pk)).restored == 7
    assert Message.objects.get(pk=said[0].pk).deleted_at is None
    assert Message.objects.get(pk=said[1].pk).deleted_at


def test_it_is_turned_around_before_it_is_done(warden: User, bo: User, said: list[Message]) -> None:
    deletion = services.delete_messages_of(warden, bo.pk)
    deletions._piece(deletion.pk)
    assert gone(bo) == 3
    assert whole(services.restore_messages_of(warden, deletion.pk)).restored == 3
    assert gone(bo) == 0


def test_undoing_twice_changes_nothing_and_deleting_again_is_another_one(
    warden: User, bo: User, said: list[Message]
) -> None:
    first = deleted(warden, bo)
    for _ in range(2):
        whole(services.restore_messages_of(warden, first.pk))
    assert gone(bo) == 0
    second = deleted(warden, bo)
    assert (second.deleted, gone(bo)) == (9, 9)
    assert whole(services.restore_messages_of(warden, first.pk)).state == "restored"
    assert gone(bo) == 9
    assert whole(services.restore_messages_of(warden, second.pk)).restored == 9


def test_moderators_may_bring_single_ones_back(mo: User, bo: User, said: list[Message], lobby: Room) -> None:
    deleted(mo, bo, lobby)
    assert services.restore_message(mo, lobby.pk, said[0].seq).body == "0 of Bo"


# The record


def test_it_is_recorded_once_each_way(warden: User, mo: User, bo: User, said: list[Message], lobby: Room) -> None:
    deletion = whole(services.delete_messages_of(mo, bo.pk, lobby.pk, reason="Spam", note="Third time"))
    services.restore_messages_of(warden, deletion.pk, reason="A mistake")
    one, other = Act.objects.filter(verb__startswith="messages_").order_by("pk")
    assert (one.verb, one.actor, one.person, one.room) == ("messages_deleted", mo, bo, lobby)
    assert (one.reason, one.note) == ("Spam", "Third time")
    assert (other.verb, other.actor, other.person, other.room) == ("messages_restored", warden, bo, lobby)


# Purging


def test_what_was_deleted_long_ago_is_forgotten(warden: User, bo: User, said: list[Message], lobby: Room) -> None:
    services.edit_message(bo, lobby.pk, said[0].seq, "edited")
    deletion = deleted(warden, bo)
    assert services.purge_deleted(timezone.now() - timedelta(days=1)) == 0
    Message.objects.filter(room=lobby).exclude(deleted_at=None).update(deleted_at=timezone.now() - timedelta(days=2))
    assert services.purge_deleted(timezone.now() - timedelta(days=1)) == 7
    assert not Revision.objects.filter(message__room=lobby).exists()
    with pytest.raises(NotFound, match="gone for good"):
        services.restore_message(warden_of_all(), lobby.pk, said[0].seq)
    assert whole(services.restore_messages_of(warden, deletion.pk)).restored == 2
    act = Act.objects.get(verb="messages_purged")
    assert (act.actor, act.room, act.after["messages"]) == (None, lobby, 7)


def test_a_deletion_that_was_purged_is_not_undone(warden: User, bo: User, said: list[Message]) -> None:
    deletion = deleted(warden, bo)
    Deletion.objects.update(created_at=timezone.now() - timedelta(days=2))
    Message.objects.exclude(deleted_at=None).update(deleted_at=timezone.now() - timedelta(days=2))
    services.purge_deleted(timezone.now() - timedelta(days=1))
    assert Deletion.objects.get(pk=deletion.pk).state == "purged"
    with pytest.raises(NotFound, match="gone for good"):
        services.restore_messages_of(warden, deletion.pk)


def test_what_was_restored_keeps_what_it_said_before(mo: User, bo: User, said: list[Message], lobby: Room) -> None:
    services.edit_message(bo, lobby.pk, said[0].seq, "edited")
    services.delete_message(mo, lobby.pk, said[0].seq)
    services.restore_message(mo, lobby.pk, said[0].seq)
    assert services.purge_deleted(timezone.now() + timedelta(days=1)) == 0
    assert Message.objects.get(pk=said[0].pk).revisions.count() == 2


def warden_of_all() -> User:
    return staff_with("delete_message", "restore_message", "change_room")


# Who may


@pytest.mark.parametrize("name", ["ada", "mo", "sam"])
def test_moderators_may_in_their_room(
    name: str, bo: User, said: list[Message], lobby: Room, request: pytest.FixtureRequest
) -> None:
    deletion = deleted(request.getfixturevalue(name), bo, lobby)
    assert deletion.deleted == 7
    assert services.restore_messages_of(request.getfixturevalue(name), deletion.pk).state == "restoring"


@pytest.mark.parametrize("name", ["ada", "mo", "bo", "cleo", "gus", "sam"])
def test_nobody_else_may_everywhere(
    name: str, warden: User, bo: User, said: list[Message], request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(name)
    with pytest.raises(Forbidden):
        services.delete_messages_of(actor, bo.pk)
    deletion = deleted(warden, bo)
    with pytest.raises(Forbidden):
        services.restore_messages_of(actor, deletion.pk)
    assert Deletion.objects.get().state == "deleted"


@pytest.mark.parametrize("name", ["bo", "cleo", "gus"])
def test_members_and_guests_may_not_in_a_room(
    name: str, mo: User, bo: User, said: list[Message], lobby: Room, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Forbidden):
        services.delete_messages_of(request.getfixturevalue(name), bo.pk, lobby.pk)
    deletion = deleted(mo, bo, lobby)
    with pytest.raises(Forbidden):
        services.restore_messages_of(request.getfixturevalue(name), deletion.pk)


def test_nor_may_a_moderator_of_another_room_or_staff_without_the_permission(
    mo: User, bo: User, cleo: User, said: list[Message], lobby: Room
) -> None:
    services.create_room(cleo, name="Elsewhere")
    deletion = deleted(mo, bo, lobby)
    for actor in (cleo, staff_with("view_message", "delete_message", "restore_message")):
        with pytest.raises(Forbidden):
            services.delete_messages_of(actor, bo.pk, lobby.pk)
        with pytest.raises(Forbidden):
            services.restore_messages_of(actor, deletion.pk)


def test_owners_and_staff_are_above_moderators(ada: User, mo: User, sam: User, warden: User, lobby: Room) -> None:
    say(ada, lobby), say(sam, lobby)
    for person in (ada, sam):
        with pytest.raises(Forbidden):
            services.delete_messages_of(mo, person.pk, lobby.pk)
    with pytest.raises(Forbidden):
        services.delete_messages_of(warden, sam.pk)
    root = User.objects.create_superuser("Root")
    assert deleted(root, sam).deleted == 1
    assert deleted(warden, ada).deleted == 1


def test_a_closed_account_may_nothing(bo: User, said: list[Message], lobby: Room, mo: User) -> None:
    mo.is_active = False
    with pytest.raises(NotAuthenticated):
        services.delete_messages_of(mo, bo.pk, lobby.pk)


def test_who_and_what_does_not_exist_is_not_found(warden: User, bo: User) -> None:
    with pytest.raises(NotFound):
        services.delete_messages_of(warden, 10**6)
    with pytest.raises(NotFound):
        services.delete_messages_of(warden, bo.pk, 10**6)
    with pytest.raises(NotFound):
        services.restore_messages_of(warden, 10**6)
