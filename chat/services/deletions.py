"""All messages of a person: deleted, and brought back, as one act that is carried out a piece at a time.

A piece is one short transaction in one room. Where it goes on stands in the row of the deletion, written in the same
transaction, so that a restart loses nothing, and two that carry on at once take turns under the room's lock.
"""

from __future__ import annotations

import time
from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from .. import access, wire
from ..errors import NotFound
from ..models import Act, Deletion, Membership, Message, Revision, Room, User
from .audit import record
from .log import Log, locked
from .restoring import put_back
from .staff import check_staff

AT_ONCE = 100
"""Messages of a piece: some 30 ms, in which the room, and with SQLite everybody, waits to write."""

DELETE_ALL = "chat.delete_all_messages"
"""The permission of staff."""

_State = Deletion.State


def delete_messages_of(
    actor: User, user_id: int, room_id: int | None = None, *, reason: str = "", note: str = ""
) -> Deletion:
    """Asks that all that a person has said by now be deleted, in a room or everywhere; `carry_on` does it.

    In a room its moderators may; everywhere, staff with `chat.delete_all_messages`, who may in any room as well.
    """
    with transaction.atomic():
        person, room = User.objects.filter(pk=user_id).first(), _room(room_id)
        if person is None:
            raise NotFound(_("There is no such person."))
        _check(actor, person, room)
        deletion = Deletion.objects.create(person=person, room=room, actor=actor, reason=reason)
        record(actor, Act.Verb.MESSAGES_DELETED, room=room, person=person, reason=reason, note=note)
    return deletion


def restore_messages_of(actor: User, deletion_id: int, *, reason: str = "", note: str = "") -> Deletion:
    """Asks that exactly the messages of a deletion come back, finished or not. Raises `NotFound` once it was purged.

    Those stay away that were brought back, or deleted once more, in the meantime. A repeat changes nothing.
    """
    with transaction.atomic():
        deletion = _found(deletion_id)
        _check(actor, deletion.person, deletion.room)
        if deletion.state in (_State.RESTORING, _State.RESTORED):
            return deletion
        if deletion.state == _State.PURGED:
            raise NotFound(_("What these messages said is gone for good."))
        deletion.state = _State.RESTORING
        deletion.save(update_fields=["state"])
        who, where = deletion.person, deletion.room
        record(actor, Act.Verb.MESSAGES_RESTORED, room=where, person=who, reason=reason, note=note)
    return deletion


def carry_on(deletion_id: int, seconds: float) -> Deletion:
    """Goes on where it stands, for about so long; who calls it has checked that it was asked for.

    Between two pieces it waits as long as the last one took, so that others come to write.
    """
    end = time.monotonic() + seconds
    while (began := time.monotonic()) < end and _piece(deletion_id):
        time.sleep(min(time.monotonic() - began, max(0, end - time.monotonic())))
    return Deletion.objects.select_related("person", "room").get(pk=deletion_id)


def _check(actor: User, person: User, room: Room | None) -> None:
    """Everybody may take back what they said where they moderate; for what others said it is as for sanctions."""
    if room is None or (actor.is_staff and actor.has_perm(DELETE_ALL)):
        return check_staff(actor, DELETE_ALL, person)
    who = access.standing_in(actor, room)
    if person == actor:
        return access.check_moderate(who)
    access.check_sanction(who, access.standing_in(person, room))


def _piece(deletion_id: int) -> bool:
    """Does the next piece; whether there may be more."""
    deletion = Deletion.objects.filter(pk=deletion_id).first()
    if deletion is None or not deletion.is_under_way:
        return False
    room_id = _next_room(deletion) if deletion.state == _State.DELETING else _next_room_back(deletion)
    if room_id is None:
        return _finish(deletion)
    # A room that was deleted meanwhile is no longer among those to go on in.
    with suppress(NotFound), locked(room_id) as log:
        # Under the room's lock, and read anew: another one may have done this piece, or have turned it around.
        now = _found(deletion_id)
        if now.state == deletion.state:
            (_delete if now.state == _State.DELETING else _restore)(log, now)
            now.save()
    return True


def _next_room(deletion: Deletion) -> int | None:
    """The room in which it goes on. Whoever has written in a room has a row there, also after leaving."""
    rooms = Membership.objects.filter(user=deletion.person_id, room_id__gte=deletion.room_at)
    if deletion.room_id:
        rooms = rooms.filter(room=deletion.room_id)
    return rooms.order_by("room_id").values_list("room_id", flat=True).first()


def _next_room_back(deletion: Deletion) -> int | None:
    rest = deletion.revisions.filter(pk__gt=deletion.revision_at).order_by("pk")
    return rest.values_list("message__room", flat=True).first()


def _finish(deletion: Deletion) -> bool:
    """Unless somebody has turned it around."""
    ends = {_State.DELETING: _State.DELETED, _State.RESTORING: _State.RESTORED}
    was = deletion.state
    return not Deletion.objects.filter(pk=deletion.pk, state=was).update(state=ends[_State(was)])


def _delete(log: Log, deletion: Deletion) -> None:
    """The next messages of the person in the room, in the order of the index that knows both."""
    theirs = Message.objects.of(log.room.pk).filter(author=deletion.person_id)
    here = deletion.room_at == log.room.pk
    found = list(theirs.filter(key__gt=deletion.key_at if here else "").order_by("key")[:AT_ONCE])
    wanted = [message for message in found if _is_meant(message, deletion)]
    _bury(log, wanted, deletion)
    deletion.deleted += len(wanted)
    is_done = len(found) < AT_ONCE
    deletion.room_at = log.room.pk + is_done
    deletion.key_at = "" if is_done else found[-1].key


def _is_meant(message: Message, deletion: Deletion) -> bool:
    is_text = message.kind == Message.Kind.TEXT
    return is_text and message.deleted_at is None and message.created_at <= deletion.created_at


def _bury(log: Log, messages: list[Message], deletion: Deletion) -> None:
    """Leaves tombstones; each takes a number, and what it said is kept with the deletion."""
    now, kept = wire.now(), []
    for message in messages:
        number = log.number()
        editor = deletion.actor_id
        kept.append(Revision(message=message, version=number, body=message.body, editor_id=editor, deletion=deletion))
        message.body, message.deleted_at, message.version = "", now, number
        log.record(message.to_change())
    Revision.objects.bulk_create(kept)
    Message.objects.bulk_update(messages, ["body", "deleted_at", "version"])


def _restore(log: Log, deletion: Deletion) -> None:
    """The next of its messages in the room, those that nobody has touched since."""
    rest = deletion.revisions.filter(pk__gt=deletion.revision_at, message__room=log.room)
    kept = list(rest.select_related("message__author", "message__room").order_by("pk")[:AT_ONCE])
    untouched = [(one.message, one) for one in kept if one.message.version == one.version]
    put_back(log, untouched)
    deletion.restored += len(untouched)
    deletion.revision_at = kept[-1].pk if kept else deletion.revision_at


def _room(room_id: int | None) -> Room | None:
    if room_id is None:
        return None
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound(_("There is no such room."))
    return room


def _found(deletion_id: int) -> Deletion:
    rows = Deletion.objects.select_for_update(of=("self",)).select_related("person", "room")
    deletion = rows.filter(pk=deletion_id).first()
    if deletion is None:
        raise NotFound(_("There is no such deletion."))
    return deletion
