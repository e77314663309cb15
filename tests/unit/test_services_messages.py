"""Posting."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from chat import services, wire
from chat.errors import ChatError, Conflict, Forbidden, Invalid, NotFound, RateLimited, TooLong
from chat.models import Membership, Message, Room, User
from tests.unit.conftest import Committed
from tests.unit.saying import Attempt, in_an_hour, say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_an_edit_is_held_to_the_length_of_the_room(ada: User, bo: User, lobby: Room) -> None:
    message = say(bo, lobby, "x" * 30)
    services.update_room(ada, lobby.pk, max_length=20)
    with pytest.raises(TooLong):
        services.edit_message(bo, lobby.pk, message.seq, "y" * 21)
    assert services.edit_message(bo, lobby.pk, message.seq, "y" * 20).body == "y" * 20


def test_a_message_is_kept_as_it_was_sent(bo: User, lobby: Room) -> None:
    first = say(bo, lobby, "one")
    message = say(bo, lobby, "two\nlines", "key-of-two", reply_to=first.seq)
    stored = Message.objects.get(pk=message.pk).to_wire()
    assert (stored.body, stored.key, stored.reply_to) == ("two\nlines", "key-of-two", first.seq)
    assert stored.seq == stored.version == first.seq + 1
    assert (stored.edited_at, stored.deleted, stored.kind, stored.author.name) == (None, False, "text", "Bo")


def test_a_repeated_send_returns_the_stored_message_and_tells_nobody(
    bo: User, lobby: Room, committed: Committed
) -> None:
    first = say(bo, lobby, "one", "same-key")
    with committed() as told:
        again = services.post_message(bo, lobby.pk, key="same-key", body="one")
    assert (again.message, again.created, told) == (first.to_wire(), False, [])
    assert again.data == wire.encode(first.to_wire())


@pytest.mark.parametrize("different", [{"body": "two"}, {"reply_to": 1}])
def test_a_known_key_with_another_content_is_a_conflict(different: dict[str, Any], bo: User, lobby: Room) -> None:
    say(bo, lobby, "one", "same-key")
    with pytest.raises(Conflict) as refusal:
        services.post_message(bo, lobby.pk, **{"key": "same-key", "body": "one", **different})
    assert refusal.value.field == "key"


def test_a_key_belongs_to_its_author_and_room(ada: User, bo: User, lobby: Room, den: Room) -> None:
    messages = {say(actor, room, "x", "same-key").pk for actor in (ada, bo) for room in (lobby, den)}
    assert len(messages) == 4


def test_a_repeat_is_known_after_an_edit_a_deletion_and_the_end_of_writing(ada: User, bo: User, lobby: Room) -> None:
    message = say(bo, lobby, "one", "same-key")
    services.edit_message(bo, lobby.pk, message.seq, "two")
    services.edit_message(bo, lobby.pk, message.seq, "three")
    assert not services.post_message(bo, lobby.pk, key="same-key", body="one").created
    services.delete_message(bo, lobby.pk, message.seq)
    services.update_room(ada, lobby.pk, state="archived")
    assert services.post_message(bo, lobby.pk, key="same-key", body="one").message.deleted


@pytest.mark.parametrize("key", ["", "short", "k" * 65, "with space", "key\x00key"])
def test_a_bad_key_is_refused(key: str, bo: User, lobby: Room) -> None:
    with pytest.raises(Invalid):
        services.post_message(bo, lobby.pk, key=key, body="x")


@pytest.mark.parametrize("body", ["", "  \n", "a\x00b", "a\ud800b", "\u200b"], ids=ascii)
def test_a_bad_body_is_refused_for_a_post_and_an_edit(body: str, bo: User, lobby: Room) -> None:
    message = say(bo, lobby)
    with pytest.raises(Invalid):
        say(bo, lobby, body)
    with pytest.raises(Invalid):
        services.edit_message(bo, lobby.pk, message.seq, body)
    assert Message.objects.filter(room=lobby, kind="text").count() == 1


def test_a_body_has_a_longest_length(bo: User, lobby: Room, settings: Settings) -> None:
    settings.CHAT_MAX_BODY = 5
    assert say(bo, lobby, "12345")
    with pytest.raises(TooLong):
        say(bo, lobby, "123456")


@pytest.mark.parametrize("reply_to", [0, -1, 999, 10**30])
def test_a_reply_needs_its_message(reply_to: int, bo: User, lobby: Room) -> None:
    with pytest.raises(Invalid) as refusal:
        say(bo, lobby, reply_to=reply_to)
    assert refusal.value.field == "reply_to"


def test_a_reply_stays_in_its_room(bo: User, lobby: Room, den: Room) -> None:
    for _ in range(5):
        last = say(bo, lobby)
    with pytest.raises(Invalid):
        say(bo, den, reply_to=last.seq)


def test_who_writes_becomes_a_member(cleo: User, lobby: Room) -> None:
    say(cleo, lobby)
    assert Membership.objects.get(room=lobby, user=cleo).left_at is None


def test_an_outsider_cannot_write_into_a_private_room(cleo: User, den: Room) -> None:
    with pytest.raises(NotFound):
        say(cleo, den)


def test_slow_mode_makes_people_wait_and_says_how_long(ada: User, mo: User, bo: User, lobby: Room) -> None:
    services.update_room(ada, lobby.pk, slow_mode_s=30)
    say(bo, lobby)
    with pytest.raises(RateLimited) as refusal:
        say(bo, lobby)
    assert refusal.value.retry_after == 30
    assert say(mo, lobby) and say(mo, lobby), "moderators are exempt"
    Message.objects.filter(author=bo).update(created_at=timezone.now() - timedelta(seconds=31))
    assert say(bo, lobby)


@pytest.mark.parametrize("state", ["read_only", "archived"])
def test_a_closed_room_takes_no_posts_edits_and_deletions_of_members(
    state: str, ada: User, bo: User, lobby: Room
) -> None:
    message = say(bo, lobby)
    services.update_room(ada, lobby.pk, state=state)
    attempts: list[Attempt] = [
        lambda: say(bo, lobby),
        lambda: services.edit_message(bo, lobby.pk, message.seq, "x"),
        lambda: services.delete_message(bo, lobby.pk, message.seq),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()


def test_a_banned_author_neither_posts_nor_edits_nor_deletes(ada: User, bo: User, lobby: Room) -> None:
    message = say(bo, lobby)
    services.ban(ada, lobby.pk, bo.pk, in_an_hour())
    attempts: list[Attempt] = [
        lambda: say(bo, lobby),
        lambda: services.edit_message(bo, lobby.pk, message.seq, "x"),
        lambda: services.delete_message(bo, lobby.pk, message.seq),
    ]
    for attempt in attempts:
        with pytest.raises(ChatError) as refusal:
            attempt()
        assert refusal.value.code == "forbidden"
