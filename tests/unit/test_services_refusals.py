"""Each service that is not for everybody refuses staff without a permission, moderators of other rooms, members, guests.

The table is whole: a service that is neither in it nor named as open to all fails the first test.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chat import services
from chat.errors import Forbidden, NotFound
from chat.models import Act, Message, Report, Room, User
from tests.unit.saying import in_an_hour
from tests.unit.staff import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

ACTORS = ("staff without a permission", "a moderator of another room", "a member", "a guest")


@dataclass
class World:
    """A room of Ada's with a message of hers; Dora is whom others act on."""

    room: Room
    dora: User
    seq: int
    report: int
    invite: int
    announcement: int
    deletion: int

    @property
    def connection(self) -> services.Place:
        return services.Place("web", 1, self.room.pk, self.dora.pk, "websocket")


@pytest.fixture
def world(lobby: Room, ada: User) -> World:
    dora = services.sign_up("Dora", None)
    services.join_room(dora, lobby.pk)
    seq = services.post_message(ada, lobby.pk, key="k-12345678", body="Boats").message.seq
    services.report_message(dora, lobby.pk, seq, "Too many boats")
    invite = services.create_invite(ada, lobby.pk)
    announcement = services.announce(ada, lobby.pk, "Boats for sale")
    deletion = services.delete_messages_of(ada, dora.pk, lobby.pk)
    return World(lobby, dora, seq, Report.objects.get().pk, invite.pk, announcement.pk, deletion.pk)


@pytest.fixture
def actors(world: World, bo: User, cleo: User, gus: User) -> dict[str, User]:
    services.create_room(cleo, name="Cleo's own")
    services.join_room(gus, world.room.pk)
    return dict(zip(ACTORS, (staff_with("view_room", "view_user", "view_message"), cleo, bo, gus), strict=True))


GUARDED: dict[str, Callable[[User, World], object]] = {
    "accept_report": lambda actor, it: services.accept_report(actor, it.report),
    "add_person": lambda actor, it: services.add_person(actor, "Eve", None),
    "announce": lambda actor, it: services.announce(actor, it.room.pk, "Ships"),
    "ask_to_switch": lambda actor, it: services.ask_to_switch(actor, it.connection, "poll"),
    "ban": lambda actor, it: services.ban(actor, it.room.pk, it.dora.pk, in_an_hour()),
    "ban_everywhere": lambda actor, it: services.ban_everywhere(actor, it.dora.pk, in_an_hour()),
    "change_role": lambda actor, it: services.change_role(actor, it.room.pk, it.dora.pk, "moderator"),
    "change_person": lambda actor, it: services.change_person(actor, it.dora, {"look"}),
    "close_account": lambda actor, it: services.close_account(actor, it.dora),
    "delete_message": lambda actor, it: services.delete_message(actor, it.room.pk, it.seq),
    "delete_messages_of": lambda actor, it: services.delete_messages_of(actor, it.dora.pk, it.room.pk),
    "delete_room": lambda actor, it: services.delete_room(actor, it.room.pk),
    "dismiss_report": lambda actor, it: services.dismiss_report(actor, it.report),
    "edit_message": lambda actor, it: services.edit_message(actor, it.room.pk, it.seq, "Ships"),
    "end_announcement": lambda actor, it: services.end_announcement(actor, it.announcement),
    "end_connection": lambda actor, it: services.end_connection(actor, it.connection),
    "end_sessions": lambda actor, it: services.end_sessions(actor, it.dora.pk),
    "expire_invite": lambda actor, it: services.expire_invite(actor, it.invite),
    "export_room": lambda actor, it: services.export_room(actor, it.room.pk, "jsonl"),
    "mute": lambda actor, it: services.mute(actor, it.room.pk, it.dora.pk, in_an_hour()),
    "mute_everywhere": lambda actor, it: services.mute_everywhere(actor, it.dora.pk, in_an_hour()),
    "remove_member": lambda actor, it: services.remove_member(actor, it.room.pk, it.dora.pk),
    "restore_message": lambda actor, it: services.restore_message(actor, it.room.pk, it.seq),
    "restore_messages_of": lambda actor, it: services.restore_messages_of(actor, it.deletion),
    "set_password": lambda actor, it: services.set_password(actor, it.dora, None),
    "set_rights": lambda actor, it: services.set_rights(actor, it.dora, [], []),
    "set_role": lambda actor, it: services.set_role(actor, it.room.pk, it.dora.pk, "moderator"),
    "update_room": lambda actor, it: services.update_room(actor, it.room.pk, topic="Ships"),
}

OPEN = {
    # to everybody, or to every member, by rules of their own
    *("accept_invite", "create_invite", "create_room", "enter_as_guest", "join_room", "leave_room", "mark_read"),
    *(
        "lab_room",
        "open_invite",
        "open_lab",
        "post_burst",
        "post_message",
        "post_messages",
        "report_message",
        "sign_up",
    ),
    # called by commands, or after the caller has checked: a person renames themselves
    *(
        "apply_retention",
        "carry_on",
        "overdue",
        "purge_deleted",
        "tell_announcements",
        "rename_person",
        "renew_epoch",
        "retire_guest",
    ),
}
NO_SERVICES = {"DELETE_ALL", "ROOM_FIELDS", "Outcome", "Place", "Posted", "Send"}


def test_no_service_is_forgotten() -> None:
    assert set(services.__all__) - NO_SERVICES == set(GUARDED) | OPEN
    assert not set(GUARDED) & OPEN


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("name", GUARDED)
def test_it_refuses(name: str, who: str, world: World, actors: dict[str, User]) -> None:
    acts = Act.objects.count()
    before = Room.objects.values().get(pk=world.room.pk)
    with pytest.raises((Forbidden, NotFound)):
        GUARDED[name](actors[who], world)
    assert Act.objects.count() == acts
    assert Room.objects.values().get(pk=world.room.pk) == before
    assert Message.objects.filter(room=world.room, seq=world.seq, version=world.seq, body="Boats").exists()
