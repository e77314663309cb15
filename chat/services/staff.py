"""What staff may do beside the moderators of a room: delete rooms, close accounts, end invite links."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access, fanout
from ..errors import Forbidden, NotFound
from ..models import Invite, Message, Revision, User, new_epoch
from .log import locked

PERSON_FIELDS = {"look", "is_active", "is_staff", "is_superuser"}


def delete_room(actor: User, room_id: int) -> None:
    """Removes a room with all that was written in it, for good. Superusers alone; archiving keeps it readable."""
    if not (actor.is_active and actor.is_superuser):
        raise Forbidden(_("Only superusers can delete a room."))
    with locked(room_id) as log:
        Revision.objects.filter(message__room=log.room).delete()
        # Each as one statement: Django would read every message to see what hangs on it, and nothing does any more.
        messages = Message.objects.filter(room=log.room)
        messages._raw_delete(messages.db)
        log.room.delete()
        # An epoch that nobody knows makes every hub look, and find the room gone.
        gone = fanout.Changed(room_id, new_epoch(), 0, 0, [])
        transaction.on_commit(partial(fanout.publish, gone), robust=True)


def expire_invite(actor: User, invite_id: int) -> None:
    """Ends an invite link now; one that has ended stays as it is."""
    invite = Invite.objects.select_related("room").filter(pk=invite_id).first()
    if invite is None:
        raise NotFound(_("There is no such invite link."))
    access.check_moderate(access.standing_in(actor, invite.room))
    now = timezone.now()
    Invite.objects.filter(pk=invite_id, expires_at__gt=now).update(expires_at=now)


def close_account(actor: User, user: User) -> None:
    """Ends a person's sessions and keeps them from coming back, until the account is opened again."""
    if not (actor.is_active and actor.is_staff and actor.has_perm("chat.change_user")):
        raise Forbidden(_("Only staff can close accounts."))
    if user.pk == actor.pk:
        raise Forbidden(_("This is your own account."))
    if user.is_staff and not actor.is_superuser:
        raise Forbidden(_("Only superusers can close accounts of staff."))
    user.is_active = False
    change_person(user, {"is_active"})


def change_person(user: User, fields: set[str]) -> None:
    """Writes those of the fields that are in `PERSON_FIELDS`; their sessions are checked anew."""
    if changed := fields & PERSON_FIELDS:
        user.save(update_fields=changed)
