"""Invite links: made, opened, accepted, ended."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access
from ..access import Standing
from ..errors import Invalid, NotFound
from ..models import Act, Invite, Membership, Room, User
from .audit import record
from .members import join

MAX_LIFETIME = timedelta(days=365)
MAX_USES = 10_000


def create_invite(
    actor: User, room_id: int, *, lifetime: timedelta = timedelta(days=7), max_uses: int | None = None
) -> Invite:
    """A link into the room: members of a public room, moderators of a private one.

    `lifetime`: up to MAX_LIFETIME; `max_uses`: how many people it lets in, None for any number. Raises `Invalid`.
    """
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound(_("There is no such room."))
    who = access.check_read(access.standing_in(actor, room))
    if room.kind == Room.Kind.PRIVATE or who.member is None:
        access.check_moderate(who)
    if not timedelta(0) < lifetime <= MAX_LIFETIME:
        raise Invalid(_("A link works for a year at most."), field="lifetime")
    if max_uses is not None and not 0 < max_uses <= MAX_USES:
        raise Invalid(_("A link is for 1 to %d people, or for any number.") % MAX_USES, field="max_uses")
    with transaction.atomic():
        ends = timezone.now() + lifetime
        invite = Invite.objects.create(room=room, created_by=actor, expires_at=ends, max_uses=max_uses)
        record(actor, Act.Verb.INVITE_MADE, room=room, after={"expires_at": ends, "max_uses": max_uses})
    return invite


def open_invite(token: str) -> Invite:
    """The invite behind a link; raises `NotFound` when it has expired, has been used up, or never was."""
    known = token.isascii() and token.isprintable()
    invites = Invite.objects.select_related("room", "created_by")
    return _checked(invites.filter(token=token).first() if known else None)


def accept_invite(actor: User, token: str) -> Room:
    """Makes the holder of a link a member; a ban and a closed door for guests still hold.

    Only who was no member uses it.
    """
    invite = open_invite(token)
    room = invite.room
    with transaction.atomic():
        # Its row is locked: of two who come for the last place the second sees that it is gone.
        invite = _checked(Invite.objects.select_for_update().filter(pk=invite.pk).first())
        who = access.standing_in(actor, room)
        # As if already a member: a private room is no secret to its guest, but a ban still holds.
        member = Membership(room=room, user=actor)
        if who.membership:
            member.banned_until, member.ban_reason = who.membership.banned_until, who.membership.ban_reason
        access.check_read(Standing(actor, room, member))
        if who.member is None:
            invite.uses += 1
            invite.save(update_fields=["uses"])
            join(who)
    return room


def _checked(invite: Invite | None) -> Invite:
    if invite is None or not invite.is_open:
        raise NotFound(_("This invite link works no longer. Ask for a new one."))
    return invite


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
