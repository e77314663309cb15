"""Members: joining, leaving, roles, sanctions, read marks, invite links."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access
from ..access import Standing
from ..errors import Forbidden, Invalid, NotFound
from ..models import Invite, Membership, Room, User
from .log import Log, locked


def join_room(actor: User, room_id: int) -> Membership:
    """Makes the person a member of a room that they may read."""
    with transaction.atomic():
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            raise NotFound(_("There is no such room."))
        return join(access.check_read(access.standing_in(actor, room)))


def leave_room(actor: User, room_id: int) -> None:
    """Ends a membership. A room keeps at least one owner while it has members; sanctions stay."""
    with locked(room_id) as log:
        who = access.check_read(access.standing_in(actor, log.room))
        if who.member is None:
            return
        if _others(log.room, actor.pk).exists():
            _keep_an_owner(log.room, who.member)
        _end(log, who.member)


def remove_member(actor: User, room_id: int, user_id: int) -> None:
    """Kicks a person: open pages of theirs end at once. They may come back if the room lets them."""
    with locked(room_id) as log:
        _end(log, _sanctioned(actor, log.room, user_id))


def set_role(actor: User, room_id: int, user_id: int, role: str) -> Membership:
    """Gives a person a role in the room, adding them when they are not a member."""
    if role not in Membership.Role.values:
        raise Invalid(_("There is no such role."), field="role")
    with locked(room_id) as log:
        access.check_own(access.standing_in(actor, log.room))
        member = _membership(log.room, user_id)
        if role != Membership.Role.OWNER:
            _keep_an_owner(log.room, member)
        member.role, member.left_at = role, None
        member.save(update_fields=["role", "left_at"])
        log.touch_access()
        return member


def ban(actor: User, room_id: int, user_id: int, until: datetime | None) -> None:
    """Keeps a person out of the room until then; None lifts the ban."""
    _sanction(actor, room_id, user_id, "banned_until", until)


def mute(actor: User, room_id: int, user_id: int, until: datetime | None) -> None:
    """Keeps a person from writing until then; None lifts it."""
    _sanction(actor, room_id, user_id, "muted_until", until)


def mark_read(actor: User, room_id: int, seq: int) -> int:
    """Moves the person's read mark forward; returns where it stands (0 for a visitor, who has none)."""
    mine = Membership.objects.filter(room_id=room_id, user=actor)
    last = Room.objects.filter(pk=room_id).values_list("last_seq", flat=True).first() or 0
    mine.filter(last_read_seq__lt=min(seq, last)).update(last_read_seq=min(seq, last))
    return mine.values_list("last_read_seq", flat=True).first() or 0


def create_invite(actor: User, room_id: int) -> Invite:
    """A link into the room: members of a public room, moderators of a private one."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound(_("There is no such room."))
    who = access.check_read(access.standing_in(actor, room))
    if room.kind == Room.Kind.PRIVATE or who.member is None:
        access.check_moderate(who)
    return Invite.objects.create(room=room, created_by=actor)


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
        banned_until = who.membership.banned_until if who.membership else None
        access.check_read(Standing(actor, room, Membership(room=room, user=actor, banned_until=banned_until)))
        join(who)
    return room


def join(who: Standing) -> Membership:
    if who.member:
        return who.member
    fresh = {"last_read_seq": who.room.last_seq, "left_at": None}
    member, _new = Membership.objects.update_or_create(room=who.room, user=who.user, defaults=fresh)
    return member


def _end(log: Log, member: Membership) -> None:
    member.role, member.left_at = Membership.Role.MEMBER, timezone.now()
    member.save(update_fields=["role", "left_at"])
    log.touch_access()


def _sanction(actor: User, room_id: int, user_id: int, field: str, until: datetime | None) -> None:
    with locked(room_id) as log:
        member = _sanctioned(actor, log.room, user_id)
        setattr(member, field, until)
        member.save(update_fields=[field])
        log.touch_access()


def _sanctioned(actor: User, room: Room, user_id: int) -> Membership:
    who = access.standing_in(actor, room)
    access.check_moderate(who)
    member = _membership(room, user_id)
    if member.role == Membership.Role.OWNER and not access.is_site_moderator(actor):
        raise Forbidden(_("Owners cannot be sanctioned."))
    return member


def _membership(room: Room, user_id: int) -> Membership:
    """The person's row in the room; a visitor gets one that has ended, to hang a role or a sanction on."""
    if not User.objects.filter(pk=user_id).exists():
        raise NotFound(_("There is no such person."))
    visitor = {"left_at": timezone.now()}
    member, _new = Membership.objects.get_or_create(room=room, user_id=user_id, defaults=visitor)
    return member


def _others(room: Room, user_id: int) -> QuerySet[Membership]:
    return Membership.objects.filter(room=room, left_at=None).exclude(user_id=user_id)


def _keep_an_owner(room: Room, member: Membership) -> None:
    if member.left_at or member.role != Membership.Role.OWNER:
        return
    if not _others(room, member.user_id).filter(role=Membership.Role.OWNER).exists():
        raise Forbidden(_("A room needs an owner: make somebody else one first."))
