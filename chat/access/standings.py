"""A person before a room: who may read and post there, and what they are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

from .. import sanctions, wire
from ..errors import Forbidden, NotAuthenticated, NotFound
from ..models import Membership, Room, User

_RANKS: dict[str, int] = {Membership.Role.MEMBER: 0, Membership.Role.MODERATOR: 1, Membership.Role.OWNER: 2}
_STAFF = 3


@dataclass(frozen=True)
class Standing:
    """A person before a room. `membership` may be one that has ended, `member` is None then and for visitors."""

    user: User
    room: Room
    membership: Membership | None

    @property
    def member(self) -> Membership | None:
        return self.membership if self.membership and not self.membership.left_at else None

    @property
    def moderates(self) -> bool:
        return bool(self.member and self.member.moderates) or is_site_moderator(self.user)

    @property
    def owns(self) -> bool:
        return bool(self.member and self.member.role == Membership.Role.OWNER) or is_site_moderator(self.user)

    @property
    def rank(self) -> int:
        """How high the person stands in this room: 0 for who decides nothing here."""
        if is_site_moderator(self.user):
            return _STAFF + self.user.is_superuser
        return _RANKS[self.member.role] if self.member else 0

    def is_above(self, other: Standing) -> bool:
        """Whether the person stands above the other one; superusers do above everybody, themselves included."""
        return self.rank > min(other.rank, _STAFF)


def is_site_moderator(user: User) -> bool:
    """Staff with the permission to change rooms moderate all of them."""
    return user.is_staff and user.has_perm("chat.change_room")


def standing(user: User, slug: str) -> Standing:
    """The person's standing in the room with this slug, readable for them; raises `NotFound` or `Forbidden`."""
    room = Room.objects.filter(slug=slug).first()
    return check_room(user, room, _membership(user, room) if room else None)


def check_room(user: User, room: Room | None, membership: Membership | None) -> Standing:
    """The person's standing, where the rows are known already; raises what `standing` raises."""
    if room is None:
        raise NotFound(_("There is no such room."))
    return check_read(Standing(user, room, membership))


def standing_in(user: User, room: Room) -> Standing:
    """The standing before any check."""
    return Standing(user, room, _membership(user, room))


def check_read(who: Standing) -> Standing:
    """Raises `NotFound` for a private room that the person may not know of, `Forbidden` for a ban or a guest."""
    if not who.user.is_active:
        raise NotAuthenticated(_("This account is closed."))
    if ban := sanctions.ban_everywhere(who.user):
        raise Forbidden(ban)
    if is_site_moderator(who.user):
        return who
    if ban := sanctions.ban_in_room(who.membership):
        raise Forbidden(ban)
    if who.member is None and who.room.kind != Room.Kind.PUBLIC:
        raise NotFound(_("There is no such room."))
    if who.user.is_guest and _guests(who.room) == Room.Guests.NONE:
        raise Forbidden(_("This room is not open to guests."))
    return who


def why_not_post(who: Standing) -> wire.WhyNot | None:
    """Why this person may not post now, or None when they may."""
    if who.room.state == Room.State.ARCHIVED:
        return wire.WhyNot("archived", _("This room is archived."))
    if who.room.state == Room.State.READ_ONLY and not who.moderates:
        return wire.WhyNot("read_only", _("This room is read-only."))
    if who.user.is_guest and _guests(who.room) != Room.Guests.WRITE:
        return wire.WhyNot("guest", _("Guests may read here, but not write."))
    if mute := sanctions.mute(who.user, who.membership):
        return wire.WhyNot("muted", mute.sentence, mute.until)
    return None


def check_post(who: Standing) -> None:
    """Raises `Forbidden` with the reason."""
    if reason := why_not_post(check_read(who)):
        raise Forbidden(reason.message)


def check_open_room(user: User) -> None:
    """Raises `Forbidden` for guests, and for who is banned or muted everywhere."""
    if user.is_guest:
        raise Forbidden(_("Guests cannot open rooms. Sign up to do that."))
    if ban := sanctions.ban_everywhere(user):
        raise Forbidden(ban)
    if mute := sanctions.mute(user, None):
        raise Forbidden(mute.sentence)


def you(who: Standing) -> wire.You:
    """The person's standing as the wire tells it."""
    reason = why_not_post(who)
    return wire.You(
        id=who.user.pk,
        name=who.user.username,
        guest=who.user.is_guest,
        role=cast(Any, who.member.role) if who.member else None,
        may_post=reason is None,
        why_not=reason,
        may_moderate=who.moderates,
        last_read_seq=who.member.last_read_seq if who.member else 0,
    )


def _membership(user: User, room: Room) -> Membership | None:
    return Membership.objects.filter(room=room, user=user).first()


def _guests(room: Room) -> str:
    return room.guests if settings.CHAT_GUESTS else Room.Guests.NONE
