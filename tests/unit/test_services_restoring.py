"""Messages that come back: part of `services`."""

import pytest

from chat import fanout, services
from chat.errors import Forbidden, NotFound
from chat.models import Act, Message, Revision, Room, User
from tests.unit.conftest import Committed
from tests.unit.saying import say
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def deleted(author: User, by: User, room: Room, body: str = "one") -> Message:
    return services.delete_message(by, room.pk, say(author, room, body).seq)


def test_a_restored_message_has_its_place_its_text_and_a_number(
    ada: User, mo: User, bo: User, lobby: Room, committed: Committed
) -> None:
    gone = deleted(bo, mo, lobby, "one")
    later = say(bo, lobby, "two")
    with committed() as told:
        back = services.restore_message(ada, lobby.pk, gone.seq)
    stored = Message.objects.get(pk=gone.pk)
    assert stored.to_wire() == back.to_wire()
    assert (stored.seq, stored.version, stored.body) == (gone.seq, later.version + 1, "one")
    assert (stored.deleted_at, stored.key) == (None, gone.key)
    assert isinstance(told[0], fanout.Changed) and told[0].changes == [back.to_change()]


def test_it_says_what_it_said_last_and_stays_edited(mo: User, bo: User, lobby: Room) -> None:
    message = say(bo, lobby, "one")
    edited = services.edit_message(bo, lobby.pk, message.seq, "two")
    services.delete_message(mo, lobby.pk, message.seq)
    back = services.restore_message(mo, lobby.pk, message.seq)
    assert (back.body, back.edited_at) == ("two", edited.edited_at)


def test_a_message_may_be_deleted_and_restored_again(mo: User, bo: User, lobby: Room) -> None:
    message = say(bo, lobby, "one")
    for _ in range(2):
        services.delete_message(mo, lobby.pk, message.seq)
        assert services.restore_message(mo, lobby.pk, message.seq).body == "one"
    services.edit_message(bo, lobby.pk, message.seq, "two")
    services.delete_message(mo, lobby.pk, message.seq)
    assert services.restore_message(mo, lobby.pk, message.seq).body == "two"


def test_restoring_what_is_not_deleted_changes_nothing(mo: User, bo: User, lobby: Room, committed: Committed) -> None:
    message = say(bo, lobby)
    with committed() as told:
        same = services.restore_message(mo, lobby.pk, message.seq)
    assert (same.version, told) == (message.version, [])
    assert not Act.objects.filter(verb=Act.Verb.MESSAGE_RESTORED).exists()


def test_it_is_recorded(mo: User, bo: User, lobby: Room) -> None:
    gone = deleted(bo, mo, lobby)
    services.restore_message(mo, lobby.pk, gone.seq, reason="A mistake", note="Sorry")
    act = Act.objects.get(verb=Act.Verb.MESSAGE_RESTORED)
    assert (act.actor, act.person, act.room, act.seq) == (mo, bo, lobby, gone.seq)
    assert (act.reason, act.note, act.before, act.after) == ("A mistake", "Sorry", {}, {})


def test_a_repeated_send_of_a_restored_message_is_known(mo: User, bo: User, lobby: Room) -> None:
    message = say(bo, lobby, "one", "same-key")
    services.delete_message(mo, lobby.pk, message.seq)
    services.restore_message(mo, lobby.pk, message.seq)
    again = services.post_message(bo, lobby.pk, key="same-key", body="one")
    assert (again.created, again.message.deleted, again.message.body) == (False, False, "one")


@pytest.mark.parametrize("name", ["ada", "mo", "sam"])
def test_who_deletes_messages_of_others_restores_them(
    name: str, mo: User, bo: User, lobby: Room, request: pytest.FixtureRequest
) -> None:
    gone = deleted(bo, mo, lobby)
    assert services.restore_message(request.getfixturevalue(name), lobby.pk, gone.seq).deleted_at is None


def test_staff_with_the_permission_to_delete_restore_in_any_room(mo: User, bo: User, den: Room) -> None:
    gone = deleted(bo, mo, den)
    assert services.restore_message(staff_with("delete_message"), den.pk, gone.seq).deleted_at is None


@pytest.mark.parametrize("name", ["bo", "cleo", "gus"])
def test_the_author_others_and_guests_do_not(
    name: str, mo: User, bo: User, lobby: Room, request: pytest.FixtureRequest
) -> None:
    gone = deleted(bo, mo, lobby)
    with pytest.raises(Forbidden):
        services.restore_message(request.getfixturevalue(name), lobby.pk, gone.seq)
    assert Message.objects.get(pk=gone.pk).deleted_at


def test_nor_do_staff_without_the_permission_and_moderators_of_another_room(
    ada: User, mo: User, bo: User, cleo: User, lobby: Room
) -> None:
    services.create_room(cleo, name="Elsewhere")
    gone = deleted(bo, mo, lobby)
    for actor in (cleo, staff_with("view_message", "restore_message")):
        with pytest.raises(Forbidden):
            services.restore_message(actor, lobby.pk, gone.seq)


def test_what_its_author_deleted_is_restored_by_staff_with_the_permission_alone(
    ada: User, bo: User, sam: User, lobby: Room
) -> None:
    gone = deleted(bo, bo, lobby)
    for actor in (ada, sam, staff_with("delete_message")):
        with pytest.raises(Forbidden):
            services.restore_message(actor, lobby.pk, gone.seq)
    staff = staff_with("delete_message", "restore_message")
    assert services.restore_message(staff, lobby.pk, gone.seq).body == "one"


def test_moderators_restore_what_they_deleted_of_their_own(mo: User, ada: User, lobby: Room) -> None:
    gone = deleted(mo, mo, lobby)
    with pytest.raises(Forbidden):
        services.restore_message(ada, lobby.pk, gone.seq)
    assert services.restore_message(mo, lobby.pk, gone.seq).body == "one"


def test_what_was_purged_does_not_come_back(mo: User, bo: User, lobby: Room) -> None:
    message = say(bo, lobby, "one", "same-key")
    services.delete_message(mo, lobby.pk, message.seq)
    Revision.objects.all().delete()
    with pytest.raises(NotFound, match="gone for good"):
        services.restore_message(mo, lobby.pk, message.seq)
    again = services.post_message(bo, lobby.pk, key="same-key", body="one")
    assert (again.created, again.message.deleted) == (False, True)


@pytest.mark.parametrize("seq", [0, -1, 999, 2**63 - 1, 2**63, 10**30])
def test_a_message_that_does_not_exist_is_not_found(seq: int, ada: User, lobby: Room) -> None:
    with pytest.raises(NotFound):
        services.restore_message(ada, lobby.pk, seq)
