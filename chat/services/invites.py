"""Invite links: made, opened, accepted, ended."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access
from ..access import Standing
from ..errors import NotFound
from ..models import Act, Invite, Membership, Room, User
from .audit import record
from .members import join


def create_invite(actor: User, room_id: int) -> Invite:
    """A link into the room: members of a public room, moderators of a private one."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound(_("There is no such room."))
    who = access.check_read(access.standing_in(actor, room))
    if room.kind == Room.Kind.PRIVATE or who.member is None:
        access.check_moderate(who)
    with transaction.atomic():
        invite = Invite.objects.create(room=room, created_by=actor)
        record(actor, Act.Verb.INVITE_MADE, room=room, after={"expires_at": invite.expires_at})
    return invite


def open_invite(token: str) -> Invite:
    """The invite behind a link; raises `NotFound` when it has expired or never was."""
    known = token.isascii() and token.isprintable()
    invite = Invite.objects.select_related("room", "created_by").filter(token=token).first() if known else None
    if invite is None or not invite.is_open:
        raise NotFound(_("This invite link has expired. Ask for a new one."))
    return invite


def accept_invite(actor: User, token: str) -> Room:
    """Makes the holder of a link a member; a ban and a closed door for guests still hold."""
    room = open_invite(token).room
    with transaction.atomic():
        who = access.standing_in(actor, room)
        # As if already a member: a private room is no secret to its guest, but a ban still holds.
        member = Membership(room=room, user=actor)
        if who.membership:
            member.banned_until, member.ban_reason = who.membership.banned_until, who.membership.ban_reason
        access.check_read(Standing(actor, room, member))
        join(who)
    return room


def expire_invite(actor: User, invite_id: int) -> None:
    """Ends an invite link now; one that has ended stays as it is."""
    invite = Invite.objects.select_related("room").filter(pk=invite_id).first()
    if invite is None:
        raise NotFound(_("There is no such invite link."))
    access.check_moderate(access.standing_in(actor, invite.room))
    now = timezone.now()
    with transaction.atomic():
        ended = Invite.objects.filter(pk=invite_id, expires_at__gt=now).update(expires_at=now)
        if ended:
            before, after = {"expires_at": invite.expires_at}, {"expires_at": now}
            record(actor, Act.Verb.INVITE_ENDED, room=invite.room, before=before, after=after)
