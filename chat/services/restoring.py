"""Messages that come back: what they said last takes the place of their tombstone."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from .. import access
from ..errors import Forbidden, NotFound
from ..models import Act, Message, Revision, User
from .audit import record
from .log import Log, locked
from .messages import check_delete, found


def restore_message(actor: User, room_id: int, seq: int, *, reason: str = "", note: str = "") -> Message:
    """Puts a deleted message back with what it said; who may delete messages of others may. A repeat changes nothing.

    What its own author deleted is the author's to withhold: only they, while they moderate, and staff with
    `chat.restore_message` bring it back. Raises `NotFound` when its text was purged.
    """
    with locked(room_id) as log:
        who = access.standing_in(actor, log.room)
        if not check_delete(who):
            raise Forbidden(_("Only moderators can restore a message."))
        message = found(log.room, seq)
        if message.deleted_at:
            deletion = _deletion(message)
            access.check_reveal(actor, message, deletion)
            put_back(log, [(message, deletion)])
            record(
                actor,
                Act.Verb.MESSAGE_RESTORED,
                room=log.room,
                person=message.author,
                seq=seq,
                reason=reason,
                note=note,
            )
        return message


def put_back(log: Log, deleted: Sequence[tuple[Message, Revision]]) -> None:
    """Takes a number for each message as it was before its deletion; its place and its key stay."""
    for message, deletion in deleted:
        message.body, message.deleted_at, message.version = deletion.body, None, log.number()
        log.record(message.to_change())
    Message.objects.bulk_update([message for message, _ in deleted], ["body", "deleted_at", "version"])


def _deletion(message: Message) -> Revision:
    """What the message said when it was deleted, and who did that: nothing has changed a tombstone since."""
    deletion = message.revisions.filter(version=message.version).first()
    if deletion is None:
        raise NotFound(_("What this message said is gone for good."))
    return deletion
