"""Messages: posting, editing, deleting."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, wire
from ..access import Standing
from ..errors import ChatError, Conflict, Forbidden, Invalid, NotFound, RateLimited
from ..models import Message, Revision, Room, User
from ..text import clean_body
from .log import Log, append, locked
from .members import join


class Posted(NamedTuple):
    message: Message
    created: bool


class Draft(NamedTuple):
    """A message to be posted."""

    actor: User
    key: str
    body: str
    reply_to: int | None = None


def post_message(actor: User, room_id: int, *, key: str, body: str, reply_to: int | None = None) -> Posted:
    """Posts once for each (room, author, key): a repeat returns the stored message, whenever it comes.

    Raises `Conflict` for a known key with another text, `RateLimited` in slow mode, and what access raises.
    """
    with locked(room_id) as log:
        return _post(log, Draft(actor, key, body, reply_to))


def post_messages(room_id: int, drafts: list[Draft]) -> list[Posted | ChatError]:
    """Posts several in one transaction, in their order; one that is refused has its reason in its place."""
    with locked(room_id) as log:
        return [_posted_or_refused(log, draft) for draft in drafts]


def _posted_or_refused(log: Log, draft: Draft) -> Posted | ChatError:
    try:
        return _post(log, draft)
    except ChatError as problem:
        return problem


def _post(log: Log, draft: Draft) -> Posted:
    """Refuses before it writes anything."""
    actor, key, body, reply_to = draft
    wire.check_key(key)
    body = clean_body(body, settings.CHAT_MAX_BODY)
    who = access.check_read(access.standing_in(actor, log.room))
    stored = Message.objects.of(log.room.pk).filter(author=actor, key=key).first()
    if stored:
        return Posted(_same(stored, body, reply_to), created=False)
    access.check_post(who)
    _check_reply(log.room, reply_to)
    _check_slow_mode(who)
    join(who)
    return Posted(append(log, actor, key, body, reply_to_seq=reply_to), created=True)


def edit_message(actor: User, room_id: int, seq: int, body: str) -> Message:
    """Gives one's own message another text; the earlier one is kept for moderators."""
    body = clean_body(body, settings.CHAT_MAX_BODY)
    with locked(room_id) as log:
        who = access.standing_in(actor, log.room)
        access.check_post(who)
        message = _message(log.room, seq)
        if message.author_id != actor.pk or message.kind != Message.Kind.TEXT:
            raise Forbidden(_("Only the author can edit a message."))
        if message.deleted_at:
            raise NotFound(_("This message was deleted."))
        if message.body != body:
            _revise(log, message, actor, body=body, edited_at=wire.now())
        return message


def delete_message(actor: User, room_id: int, seq: int) -> Message:
    """Leaves a tombstone in place of a message: one's own, or any for moderators. Repeating it changes nothing.

    Staff with the permission to delete messages need no standing in the room.
    """
    with locked(room_id) as log:
        may_delete_any = _check_delete(access.standing_in(actor, log.room))
        message = _message(log.room, seq)
        if message.author_id != actor.pk and not may_delete_any:
            raise Forbidden(_("Only the author and moderators can delete a message."))
        if not message.deleted_at:
            _revise(log, message, actor, body="", deleted_at=wire.now())
        return message


def _check_delete(who: Standing) -> bool:
    """Whether this person may delete messages of others; raises what access raises when not even their own."""
    if who.user.is_staff and who.user.has_perm("chat.delete_message"):
        return True
    if not access.check_read(who).moderates:
        access.check_post(who)
    return who.moderates


def _revise(log: Log, message: Message, editor: User, **fields: Any) -> None:
    number = log.number()
    Revision.objects.create(message=message, version=number, body=message.body, editor=editor)
    for field, value in fields.items():
        setattr(message, field, value)
    message.version = number
    message.save(update_fields=[*fields, "version"])
    log.record(message.to_change())


def _message(room: Room, seq: int) -> Message:
    message = Message.objects.of(room.pk).filter(seq=seq).first()
    if message is None:
        raise NotFound(_("There is no such message."))
    return message


def _same(stored: Message, body: str, reply_to: int | None) -> Message:
    first = stored.revisions.first()
    if (first.body if first else stored.body, stored.reply_to_seq) != (body, reply_to):
        raise Conflict("This key was used for another message.", field="key")
    return stored


def _check_reply(room: Room, reply_to: int | None) -> None:
    if reply_to is None:
        return
    if not 0 < reply_to <= room.last_seq or not Message.objects.filter(room=room, seq=reply_to).exists():
        raise Invalid(_("The message to reply to does not exist."), field="reply_to")


def _check_slow_mode(who: Standing) -> None:
    pause = timedelta(seconds=who.room.slow_mode_s)
    if not pause or who.moderates:
        return
    last = Message.objects.filter(room=who.room, author=who.user).order_by("-seq").first()
    wait = (last.created_at + pause - timezone.now()).total_seconds() if last else 0
    if wait > 0:
        raise RateLimited(_("Slow mode: one message every %d s.") % who.room.slow_mode_s, retry_after=ceil(wait))
