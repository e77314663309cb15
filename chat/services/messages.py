"""Messages: editing and deleting."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from .. import access, wire
from ..access import Standing
from ..errors import Forbidden, NotFound
from ..models import Act, Message, Revision, Room, User
from ..text import clean_body
from .audit import record
from .log import Log, locked
from .posting import check_length


def edit_message(actor: User, room_id: int, seq: int, body: str) -> Message:
    """Gives one's own message another text; the earlier one is kept for moderators."""
    body = clean_body(body, settings.CHAT_MAX_BODY)
    with locked(room_id) as log:
        who = access.standing_in(actor, log.room)
        access.check_post(who)
        check_length(log.room, body)
        message = found(log.room, seq)
        if message.author_id != actor.pk or message.kind != Message.Kind.TEXT:
            raise Forbidden(_("Only the author can edit a message."))
        if message.deleted_at:
            raise NotFound(_("This message was deleted."))
        if message.body != body:
            revise(log, message, actor, body=body, edited_at=wire.now())
        return message


def delete_message(actor: User, room_id: int, seq: int, *, reason: str = "", note: str = "") -> Message:
    """Leaves a tombstone in place of a message: one's own, or any for moderators. Repeating it changes nothing.

    Staff with the permission to delete messages need no standing in the room.
    """
    with locked(room_id) as log:
        may_delete_any = check_delete(access.standing_in(actor, log.room))
        message = found(log.room, seq)
        if message.author_id != actor.pk and not may_delete_any:
            raise Forbidden(_("Only the author and moderators can delete a message."))
        if not message.deleted_at:
            revise(log, message, actor, body="", deleted_at=wire.now())
            if message.author_id != actor.pk:
                _record_deletion(log, message, actor, reason, note)
        return message


def check_delete(who: Standing) -> bool:
    """Whether this person may delete messages of others; raises what access raises when not even their own."""
    if who.user.is_staff and who.user.has_perm("chat.delete_message"):
        return True
    if not access.check_read(who).moderates:
        access.check_post(who)
    return who.moderates


def _record_deletion(log: Log, message: Message, actor: User, reason: str, note: str) -> None:
    verb, author = Act.Verb.MESSAGE_DELETED, message.author
    record(actor, verb, room=log.room, person=author, seq=message.seq, reason=reason, note=note)


def revise(log: Log, message: Message, editor: User, **fields: Any) -> None:
    number = log.number()
    Revision.objects.create(message=message, version=number, body=message.body, editor=editor)
    for field, value in fields.items():
        setattr(message, field, value)
    message.version = number
    message.save(update_fields=[*fields, "version"])
    log.record(message.to_change())


def found(room: Room, seq: int) -> Message:
    message = Message.objects.of(room.pk).filter(seq=seq).first()
    if message is None:
        raise NotFound(_("There is no such message."))
    return message
