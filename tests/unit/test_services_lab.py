"""The room of the lab: one for each person, as the lab needs it; its bursts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from chat import limits, services
from chat.errors import Forbidden, NotFound, RateLimited
from chat.models import Message, Room, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_the_room_is_made_once_and_is_the_persons_own(ada: User, bo: User) -> None:
    assert services.lab_room(ada) is None
    room = services.open_lab(ada)
    assert services.open_lab(ada) == services.lab_room(ada) == room
    assert services.open_lab(bo) != room
    assert (room.kind, set(room.allowed_transports)) == (Room.Kind.PRIVATE, set(Room.Transport.values))
    assert (room.poll_interval_ms, room.hold_s, room.retention_days) == (500, 55, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "public"},
        {"state": "read_only"},
        {"allowed_transports": ["websocket"]},
        {"hold_s": 25},
        {"slow_mode_s": 5},
    ],
)
def test_a_room_that_was_changed_is_left_alone_and_another_is_made(ada: User, change: dict[str, object]) -> None:
    room = services.open_lab(ada)
    services.update_room(ada, room.pk, **change)
    assert services.lab_room(ada) is None
    assert services.open_lab(ada) != room


def test_who_has_left_it_gets_another(ada: User) -> None:
    room = services.open_lab(ada)
    services.leave_room(ada, room.pk)
    assert services.open_lab(ada) != room


def test_a_room_of_that_name_which_somebody_else_made_is_not_it(ada: User, bo: User) -> None:
    services.create_room(bo, name=f"Lab {ada.pk}", kind="private", poll_interval_ms=500, hold_s=55)
    assert services.lab_room(ada) is None


def test_guests_get_none(gus: User) -> None:
    with pytest.raises(Forbidden):
        services.open_lab(gus)


def test_a_burst_is_stored_in_one_go_and_in_order(ada: User) -> None:
    room = services.open_lab(ada)
    keys = services.post_burst(ada)
    stored = Message.objects.filter(room=room, kind="text").order_by("seq")
    assert [message.key for message in stored] == keys
    assert len(set(keys)) == 200 and stored[199].body == "burst 200"


def test_without_a_room_there_is_no_burst(ada: User) -> None:
    with pytest.raises(NotFound):
        services.post_burst(ada)


def test_who_is_muted_everywhere_posts_no_burst(ada: User) -> None:
    services.open_lab(ada)
    User.objects.filter(pk=ada.pk).update(muted_until=timezone.now() + timedelta(hours=1))
    with pytest.raises(Forbidden):
        services.post_burst(User.objects.get(pk=ada.pk))


def test_bursts_are_few(settings: Settings) -> None:
    settings.CHAT_BURST_RATE = "3/60s"
    for _ in range(3):
        limits.check_burst(1)
    with pytest.raises(RateLimited):
        limits.check_burst(1)
    limits.check_burst(2)
