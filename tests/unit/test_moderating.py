"""The endpoints for what moderators do to messages: delete with a reason, restore, and what a message said before."""

import pytest
from django.contrib.auth.models import Permission

from chat import services
from chat.history import MAX_EARLIER
from chat.models import Act, Message, Room, User
from chat.transports import deletions
from tests.unit.conftest import Ask
from tests.unit.saying import say

pytestmark = pytest.mark.django_db(transaction=True)


def path_of(room: Room, seq: int, act: str) -> str:
    return f"{room.slug}/messages/{seq}/{act}"


def test_a_moderator_deletes_with_a_reason_and_restores(ask: Ask, mo: User, bo: User, lobby: Room) -> None:
    seq = say(bo, lobby, "boats for sale").seq
    status, answer = ask(mo, "POST", path_of(lobby, seq, "delete"), {"reason": "Selling"})
    assert (status, answer["message"]["deleted"], answer["message"]["body"]) == (200, True, "")
    assert Act.objects.get(verb=Act.Verb.MESSAGE_DELETED).reason == "Selling"
    status, answer = ask(mo, "POST", path_of(lobby, seq, "restore"), {})
    assert (status, answer["message"]["deleted"], answer["message"]["body"]) == (200, False, "boats for sale")


@pytest.mark.parametrize("act", ["delete", "restore"])
def test_nobody_else_deletes_or_restores_what_others_wrote(
    ask: Ask, ada: User, bo: User, cleo: User, gus: User, lobby: Room, act: str
) -> None:
    seq = say(ada, lobby).seq
    services.join_room(gus, lobby.pk)
    services.create_room(cleo, name="Elsewhere")
    if act == "restore":
        services.delete_message(ada, lobby.pk, seq)
    for actor in (bo, gus, cleo):
        assert ask(actor, "POST", path_of(lobby, seq, act), {})[0] == 403
    cleo.is_staff = True
    cleo.save()
    assert ask(cleo, "POST", path_of(lobby, seq, act), {})[0] == 403


def test_moderators_see_what_a_message_said_before(ask: Ask, mo: User, bo: User, lobby: Room) -> None:
    seq = say(bo, lobby, "first").seq
    for body in ("second", "third"):
        services.edit_message(bo, lobby.pk, seq, body)
    services.delete_message(mo, lobby.pk, seq)
    status, answer = ask(mo, "GET", path_of(lobby, seq, "earlier"))
    told = [(one["body"], one["by"]["name"]) for one in answer["earlier"]]
    assert (status, told) == (200, [("third", "Mo"), ("second", "Bo"), ("first", "Bo")])
    assert ask(mo, "GET", path_of(lobby, 999, "earlier"))[0] == 404


def test_what_a_message_said_before_is_told_in_a_bounded_number(ask: Ask, mo: User, bo: User, lobby: Room) -> None:
    seq = say(bo, lobby, "first").seq
    for number in range(MAX_EARLIER + 1):
        services.edit_message(bo, lobby.pk, seq, str(number))
    assert len(ask(mo, "GET", path_of(lobby, seq, "earlier"))[1]["earlier"]) == MAX_EARLIER


def test_nobody_else_sees_what_a_message_said_before(ask: Ask, bo: User, cleo: User, gus: User, lobby: Room) -> None:
    seq = say(bo, lobby, "first").seq
    services.edit_message(bo, lobby.pk, seq, "second")
    services.create_room(cleo, name="Elsewhere")
    cleo.is_staff = True
    cleo.save()
    for actor in (bo, gus, cleo):
        assert ask(actor, "GET", path_of(lobby, seq, "earlier"))[0] == 403


def test_what_its_author_deleted_is_shown_to_staff_with_the_permission_alone(
    ask: Ask, ada: User, mo: User, bo: User, sam: User, lobby: Room
) -> None:
    seq = say(bo, lobby, "a secret").seq
    services.delete_message(bo, lobby.pk, seq)
    for actor in (ada, mo, sam):
        assert ask(actor, "GET", path_of(lobby, seq, "earlier"))[0] == 403
    sam.user_permissions.add(Permission.objects.get(codename="restore_message"))
    assert ask(sam, "GET", path_of(lobby, seq, "earlier"))[1]["earlier"][0]["body"] == "a secret"


def test_a_moderator_deletes_all_that_a_person_wrote_part_by_part(
    ask: Ask, mo: User, bo: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        say(bo, lobby, str(number))
    kept = say(mo, lobby, "mine")
    monkeypatch.setattr(deletions, "SECONDS", 0)
    path = f"{lobby.slug}/members/{bo.pk}/delete-messages"
    deletion = ask(mo, "POST", path, {"reason": "Selling"})[1]["deletion"]
    assert (deletion["deleted"], deletion["done"]) == (0, False)
    monkeypatch.setattr(deletions, "SECONDS", 5)
    status, answer = ask(mo, "POST", f"{lobby.slug}/deletions/{deletion['id']}")
    assert (status, answer["deletion"]["deleted"], answer["deletion"]["done"]) == (200, 3, True)
    standing = Message.objects.filter(room=lobby, kind="text", deleted_at=None)
    assert list(standing.values_list("seq", flat=True)) == [kept.seq]
    assert Act.objects.get(verb=Act.Verb.MESSAGES_DELETED).reason == "Selling"


def test_nobody_else_deletes_all_that_a_person_wrote(
    ask: Ask, ada: User, mo: User, bo: User, cleo: User, gus: User, lobby: Room
) -> None:
    say(ada, lobby)
    services.create_room(cleo, name="Elsewhere")
    cleo.is_staff = True
    cleo.save()
    for actor in (mo, bo, cleo, gus):
        assert ask(actor, "POST", f"{lobby.slug}/members/{ada.pk}/delete-messages", {})[0] == 403
    assert ask(mo, "POST", f"{lobby.slug}/members/{cleo.pk}/delete-messages", {})[0] == 404
    assert not Act.objects.filter(verb=Act.Verb.MESSAGES_DELETED).exists()


def test_a_deletion_is_carried_on_by_moderators_of_its_room_alone(
    ask: Ask, mo: User, bo: User, cleo: User, gus: User, lobby: Room
) -> None:
    say(bo, lobby)
    deletion = services.delete_messages_of(mo, bo.pk, lobby.pk)
    elsewhere = services.create_room(cleo, name="Elsewhere")
    for actor in (bo, cleo, gus):
        assert ask(actor, "POST", f"{lobby.slug}/deletions/{deletion.pk}")[0] == 403
    assert ask(cleo, "POST", f"{elsewhere.slug}/deletions/{deletion.pk}")[0] == 404
    assert ask(mo, "POST", f"{lobby.slug}/deletions/{2**70}")[0] == 404
