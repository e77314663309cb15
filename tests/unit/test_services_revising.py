"""Editing and deleting: part of `services.messages`."""

import pytest

from chat import fanout, services
from chat.errors import Forbidden, NotFound
from chat.models import Message, Room, User
from tests.unit.conftest import Committed
from tests.unit.saying import say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_an_edit_keeps_the_place_and_takes_a_number(bo: User, lobby: Room, committed: Committed) -> None:
    message, later = say(bo, lobby, "one"), say(bo, lobby, "two")
    with committed() as told:
        edited = services.edit_message(bo, lobby.pk, message.seq, "one, mended")
    assert (edited.seq, edited.version, edited.body) == (message.seq, later.version + 1, "one, mended")
    assert edited.edited_at is not None
    assert isinstance(told[0], fanout.Changed) and told[0].changes == [edited.to_change()]


def test_an_edit_without_a_difference_changes_nothing(bo: User, lobby: Room, committed: Committed) -> None:
    message = say(bo, lobby, "one")
    with committed() as told:
        same = services.edit_message(bo, lobby.pk, message.seq, "one \n")
    assert (same.version, same.edited_at, told) == (message.version, None, [])


def test_earlier_texts_are_kept_in_order(ada: User, bo: User, lobby: Room) -> None:
    message = say(bo, lobby, "one")
    services.edit_message(bo, lobby.pk, message.seq, "two")
    services.delete_message(ada, lobby.pk, message.seq)
    kept = Message.objects.get(pk=message.pk).revisions.values_list("body", "editor__username")
    assert list(kept) == [("one", "Bo"), ("two", "Ada")]


def test_only_the_author_edits(ada: User, mo: User, bo: User, sam: User, lobby: Room) -> None:
    message = say(bo, lobby, "one")
    for other in (ada, mo, sam):
        with pytest.raises(Forbidden):
            services.edit_message(other, lobby.pk, message.seq, "two")
    assert services.edit_message(bo, lobby.pk, message.seq, "two").body == "two"


def test_notices_and_deleted_messages_are_not_edited(ada: User, lobby: Room) -> None:
    with pytest.raises(Forbidden):
        services.edit_message(ada, lobby.pk, 1, "I did not open the room")
    message = say(ada, lobby)
    services.delete_message(ada, lobby.pk, message.seq)
    with pytest.raises(NotFound):
        services.edit_message(ada, lobby.pk, message.seq, "back")


def test_a_deletion_leaves_a_tombstone_without_its_body(bo: User, lobby: Room, committed: Committed) -> None:
    message = say(bo, lobby, "secret")
    with committed() as told:
        services.delete_message(bo, lobby.pk, message.seq)
    stone = Message.objects.get(pk=message.pk).to_wire()
    assert (stone.deleted, stone.body, stone.seq, stone.version) == (True, "", message.seq, message.version + 1)
    assert isinstance(told[0], fanout.Changed) and b"secret" not in told[0].changes[0].data


def test_a_second_deletion_changes_nothing(bo: User, lobby: Room, committed: Committed) -> None:
    message = say(bo, lobby)
    first = services.delete_message(bo, lobby.pk, message.seq)
    with committed() as told:
        second = services.delete_message(bo, lobby.pk, message.seq)
    assert (second.version, told) == (first.version, [])


@pytest.mark.parametrize("name", ["ada", "mo", "bo", "sam"])
def test_author_moderators_and_staff_delete(name: str, bo: User, lobby: Room, request: pytest.FixtureRequest) -> None:
    message = say(bo, lobby)
    assert services.delete_message(request.getfixturevalue(name), lobby.pk, message.seq).deleted_at


@pytest.mark.parametrize("name", ["cleo", "gus"])
def test_others_do_not_delete(name: str, bo: User, lobby: Room, request: pytest.FixtureRequest) -> None:
    message = say(bo, lobby)
    with pytest.raises(Forbidden):
        services.delete_message(request.getfixturevalue(name), lobby.pk, message.seq)
    assert Message.objects.get(pk=message.pk).deleted_at is None


def test_members_do_not_delete_what_others_wrote(ada: User, bo: User, lobby: Room) -> None:
    with pytest.raises(Forbidden):
        services.delete_message(bo, lobby.pk, say(ada, lobby).seq)


@pytest.mark.parametrize("seq", [0, -1, 999, 2**63 - 1, 2**63, 10**30])
def test_a_message_that_does_not_exist_is_not_found(seq: int, ada: User, lobby: Room) -> None:
    with pytest.raises(NotFound):
        services.edit_message(ada, lobby.pk, seq, "x")
    with pytest.raises(NotFound):
        services.delete_message(ada, lobby.pk, seq)
