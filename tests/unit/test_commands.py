"""Management commands."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat import history, services
from chat.models import Message, Revision, Room, User
from tests.unit.saying import say
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def run(name: str, **options: object) -> str:
    out = StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue().strip()


def test_the_demo_is_made_once(db: None) -> None:
    assert run("seed_demo") == "3 demo rooms with 20 messages are ready."
    before = Message.objects.count()
    assert run("seed_demo") == "There are rooms already; nothing was added."
    assert Message.objects.count() == before


def test_the_demo_is_history_in_order(db: None) -> None:
    run("seed_demo")
    for room in Room.objects.all():
        messages = list(Message.objects.filter(room=room).order_by("seq"))
        assert [one.seq for one in messages] == list(range(1, room.last_seq + 1))
        times = [one.created_at for one in messages]
        assert times == sorted(times) and times[-1] < timezone.now()
    assert Message.objects.exclude(reply_to_seq=None).exists()


def test_people_of_the_demo_cannot_be_logged_in_to(db: None) -> None:
    run("seed_demo")
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_after_a_restore_every_cursor_is_reset(bo: User, lobby: Room, den: Room) -> None:
    say(bo, lobby)
    assert run("renew_epochs") == "2 rooms have a new epoch."
    for room in (lobby, den):
        assert history.after(room.pk, room.epoch, room.last_seq, 10).reset


def test_messages_that_rooms_keep_no_longer_are_deleted(ada: User, bo: User, lobby: Room, den: Room) -> None:
    for room in (lobby, den):
        say(bo, room, "old")
    Message.objects.update(created_at=timezone.now() - timedelta(days=8))
    say(bo, lobby, "new")
    count = Message.objects.filter(room=lobby, created_at__lt=timezone.now() - timedelta(days=7)).count()
    services.update_room(ada, lobby.pk, retention_days=7)
    assert run("apply_retention", dry_run=True) == f"{count} messages would be deleted."
    assert run("apply_retention") == f"{count} messages were deleted."
    assert run("apply_retention") == "0 messages were deleted."
    assert [one.body for one in Message.objects.filter(room=lobby)] == ["new"]
    assert Message.objects.filter(room=den, body="old").exists()


def test_guests_whose_session_ran_out_are_retired(gus: User, bo: User, lobby: Room) -> None:
    young = services.enter_as_guest("Young")
    long_ago = timezone.now() - timedelta(days=15)
    User.objects.filter(pk__in=[gus.pk, bo.pk]).update(last_login=long_ago)
    User.objects.filter(pk=young.pk).update(last_login=timezone.now())
    assert run("retire_guests", dry_run=True) == "1 guests would be retired."
    assert User.objects.get(pk=gus.pk).is_active
    assert run("retire_guests") == "1 guests were retired."
    assert not User.objects.get(pk=gus.pk).is_active
    assert User.objects.get(pk=young.pk).is_active and User.objects.get(pk=bo.pk).is_active
    assert run("retire_guests") == "0 guests were retired."


def test_what_deleted_messages_said_is_purged_when_it_is_old(mo: User, bo: User, lobby: Room) -> None:
    old, young, kept = (say(bo, lobby, body) for body in ("old", "young", "kept"))
    for message in (old, young):
        services.delete_message(mo, lobby.pk, message.seq)
    Message.objects.filter(pk=old.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    assert run("purge_deleted", older_than_days=32) == "0 messages were purged."
    assert run("purge_deleted") == "1 messages were purged."
    assert list(Revision.objects.values_list("body", flat=True)) == ["young"]
    assert Message.objects.get(pk=kept.pk).body == "kept"
    assert run("purge_deleted", older_than_days=0) == "1 messages were purged."
    with pytest.raises(CommandError):
        run("purge_deleted", older_than_days=-1)


def test_deletions_that_nobody_carried_to_their_end_are_carried_on(bo: User, lobby: Room) -> None:
    say(bo, lobby, "spam")
    deletion = services.delete_messages_of(staff_with("delete_all_messages"), bo.pk)
    run("purge_deleted")
    deletion.refresh_from_db()
    assert (deletion.state, deletion.deleted) == ("deleted", 1)
