"""A community for measuring: its logs are what the services would have written."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Max

from chat import services
from chat.models import Act, Invite, Membership, Message, Report, Revision, Room, User
from chat.text import fold
from tests.unit.saying import say

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SIZE = {"messages": 3000, "people": 60, "rooms": 12}


def seed(**more: int) -> str:
    out = StringIO()
    call_command("seed_large", stdout=out, **{**SIZE, **more})
    return out.getvalue()


def test_there_are_as_many_as_asked_for() -> None:
    assert seed().startswith("60 people, 12 rooms and 3000 messages are ready")
    assert (Message.objects.count(), User.objects.count(), Room.objects.count()) == (3000, 60, 12)
    assert User.objects.filter(is_guest=True).count() == 12
    assert Invite.objects.count() == 12


def test_the_log_of_each_room_has_no_holes_and_ends_where_the_room_says() -> None:
    seed()
    for room in Room.objects.all():
        numbers = list(room.messages.values_list("version", flat=True))
        numbers += Revision.objects.filter(message__room=room).values_list("message__seq", flat=True).distinct()
        changed = Revision.objects.filter(message__room=room).exclude(version=F("message__version"))
        numbers += changed.values_list("version", flat=True)
        assert sorted(numbers) == list(range(1, room.last_seq + 1)), room


def test_messages_are_in_the_order_of_their_keys_and_times() -> None:
    seed()
    times = list(Message.objects.order_by("pk").values_list("created_at", flat=True))
    assert times == sorted(times)
    assert not Message.objects.filter(reply_to_seq__gte=F("seq")).exists()


def test_authors_are_members_and_rooms_have_owners() -> None:
    seed()
    members = set(Membership.objects.values_list("room", "user"))
    assert set(Message.objects.values_list("room", "author")) <= members
    assert Room.objects.filter(memberships__role="owner").distinct().count() == 12


def test_some_are_edited_deleted_reported_and_recorded() -> None:
    seed()
    deleted = Message.objects.filter(deleted_at__isnull=False)
    assert deleted.exists() and not deleted.exclude(body="").exists()
    assert Message.objects.filter(edited_at__isnull=False, deleted_at=None).exists()
    assert Report.objects.exists()
    assert Act.objects.filter(verb="message_deleted").exists()
    assert all(person.folded_name == fold(person.username)[:200] for person in User.objects.all())


def test_the_same_seed_makes_the_same_and_another_one_others() -> None:
    seed(seed=5)
    said = list(Message.objects.order_by("pk").values_list("body", flat=True)[:50])
    names = list(User.objects.order_by("pk").values_list("username", flat=True))
    Report.objects.all().delete()
    Message.objects.all().delete()
    Room.objects.all().delete()
    User.objects.all().delete()
    seed(seed=5)
    assert said == list(Message.objects.order_by("pk").values_list("body", flat=True)[:50])
    assert names == list(User.objects.order_by("pk").values_list("username", flat=True))


def test_people_go_on_from_there() -> None:
    seed()
    room = Room.objects.annotate(said=Count("messages")).latest("said")
    owner = Membership.objects.get(room=room, role="owner").user
    last = Message.objects.aggregate(last=Max("pk"))["last"]
    message = say(owner, room, "and on")
    assert (message.seq, message.pk) == (room.last_seq + 1, last + 1)
    gone = services.delete_message(owner, room.pk, message.seq)
    assert services.restore_message(owner, room.pk, gone.seq).body == "and on"


def test_it_stays_away_from_a_place_that_is_in_use(ada: User) -> None:
    services.create_room(ada, name="Lobby")
    with pytest.raises(CommandError, match="rooms already"):
        seed()
    with pytest.raises(CommandError, match="At least one"):
        seed(people=0)
