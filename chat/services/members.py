"""Members: joining, leaving, roles, read marks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access
from ..access import Standing
from ..errors import Forbidden, Invalid, NotFound
from ..models import Act, Membership, Room, User
from .audit import record
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
        end(log, who.member)


def set_role(actor: User, room_id: int, user_id: int, role: str) -> Membership:
    """Gives a person a role in the room, adding them when they are not a member."""
    if role not in Membership.Role.values:
        raise Invalid(_("There is no such role."), field="role")
    with locked(room_id) as log:
        access.check_own(access.standing_in(actor, log.room))
        member = membership(log.room, user_id)
        if role != Membership.Role.OWNER:
            _keep_an_owner(log.room, member)
        before = None if member.left_at else member.role
        member.role, member.left_at = role, None
        member.save(update_fields=["role", "left_at"])
        log.touch_access()
        if before != role:
            was, now = {"role": before}, {"role": role}
            record(actor, Act.Verb.ROLE_CHANGED, room=log.room, person=member.user, before=was, after=now)
        return member


def change_role(actor: User, room_id: int, user_id: int, role: str) -> Membership:
    """The same for somebody who is a member, as owners do it in the room itself."""
    with locked(room_id) as log:
        other = Membership.objects.select_related("user").filter(room=log.room, user=user_id).first()
        if other is None:
            raise NotFound(_("There is no such person."))
        access.check_give_role(access.standing_in(actor, log.room), Standing(other.user, log.room, other))
        return set_role(actor, room_id, user_id, role)


def mark_read(actor: User, room_id: int, seq: int) -> int:
    """Moves the person's read mark forward; returns where it stands (0 for a visitor, who has none)."""
    mine = Membership.objects.filter(room_id=room_id, user=actor)
    last = Room.objects.filter(pk=room_id).values_list("last_seq", flat=True).first() or 0
    mine.filter(last_read_seq__lt=min(seq, last)).update(last_read_seq=min(seq, last))
    return mine.values_list("last_read_seq", flat=True).first() or 0


def join(who: Standing) -> Membership:
    if who.member:
        return who.member
    fresh = {"last_read_seq": who.room.last_seq, "left_at": None}
    member, _new = Membership.objects.update_or_create(room=who.room, user=who.user, defaults=fresh)
    return member


def end(log: Log, member: Membership) -> None:
    member.role, member.left_at = Membership.Role.MEMBER, timezone.now()
    member.save(update_fields=["role", "left_at"])
    log.touch_access()


def membership(room: Room, user_id: int) -> Membership:
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
