"""The record of acts is kept: nobody changes it, and it outlives what it tells of."""

import pytest

from chat import services
from chat.models import Act, AppendOnly, Message, Room, User
from chat.services import audit
from tests.unit.saying import in_an_hour

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_it_outlives_rooms_and_people(ada: User, bo: User, lobby: Room) -> None:
    root = User.objects.create_superuser("Root", password=None)
    services.mute(ada, lobby.pk, bo.pk, in_an_hour())
    services.delete_room(root, lobby.pk)
    Message.objects.all().delete()
    ada.delete()
    bo.delete()
    muted, deleted = Act.objects.order_by("pk")[3:]
    assert (muted.actor, muted.actor_name) == (None, "Ada")
    assert (muted.person, muted.person_name) == (None, "Bo")
    assert (muted.room, muted.room_name) == (None, "Lobby")
    assert (deleted.verb, deleted.room, deleted.room_name) == (Act.Verb.ROOM_DELETED, None, "Lobby")


def test_nobody_changes_it(ada: User, lobby: Room) -> None:
    act = Act.objects.latest("pk")
    act.reason = "another"
    for attempt in (
        act.save,
        act.delete,
        Act.objects.all().delete,
        lambda: Act.objects.update(reason="another"),
        lambda: Act.objects.bulk_update([act], ["reason"]),
        lambda: Act.objects.update_or_create(pk=act.pk, defaults={"reason": "another"}),
    ):
        with pytest.raises(AppendOnly):
            attempt()
    assert Act.objects.get(pk=act.pk).reason == ""


@pytest.mark.django_db(transaction=True)
def test_an_act_without_a_transaction_is_a_mistake(ada: User) -> None:
    with pytest.raises(RuntimeError):
        audit.record(ada, Act.Verb.PERSON_ADDED)
