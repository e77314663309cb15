"""Who may read, post and moderate: one function each, used by every entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import sanctions, wire
from .errors import Forbidden, NotAuthenticated, NotFound, TransportNotAllowed
from .models import Membership, Message, Revision, Room, User

_RANKS: dict[str, int] = {Membership.Role.MEMBER: 0, Membership.Role.MODERATOR: 1, Membership.Role.OWNER: 2}


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
            return 4 if self.user.is_superuser else 3
        return _RANKS[self.member.role] if self.member else 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody admitted to a room over one transport; holds no row, so it may wait for hours.

    `epoch` and `access_version`: the room's at admission. When it has newer ones, admission must be repeated.
    `you`: what the admission found.
    """

    user_id: int
    session_key: str
    room_id: int
    slug: str
    transport: wire.Transport
    epoch: str
    access_version: int
    hold_s: int
    poll_interval_ms: int
    you: wire.You

    @property
    def by_office(self) -> bool:
        """Whether a permission, and no membership, makes them a moderator: nothing in the room's log tells its end."""
        return self.you.may_moderate and self.you.role not in ("owner", "moderator")


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


def check_moderate(who: Standing) -> None:
    """Raises `Forbidden` for anyone but owners, moderators and staff with the permission."""
    if not check_read(who).moderates:
        raise Forbidden(_("Only moderators of this room may do that."))


def check_sanction(who: Standing, other: Standing) -> None:
    """Raises `Forbidden` for anyone who does not moderate, or does not stand above the other one."""
    check_moderate(who)
    if who.rank <= other.rank:
        raise Forbidden(_("Nobody here can do that to somebody who stands as high."))


def check_give_role(who: Standing, other: Standing) -> None:
    """Raises what `check_own` raises, `NotFound` for who is no member, `Forbidden` for guests, who cannot come back."""
    check_own(who)
    if other.member is None:
        raise NotFound(_("This person is not a member of the room."))
    if other.user.is_guest:
        raise Forbidden(_("Guests cannot have a role."))


def check_reveal(actor: User, message: Message, deletion: Revision) -> None:
    """Raises `Forbidden` where an author deleted their own message, for all but them and staff with a permission."""
    withheld = deletion.editor_id == message.author_id != actor.pk
    if withheld and not (actor.is_staff and actor.has_perm("chat.restore_message")):
        raise Forbidden(_("Its author deleted this message. Only staff with the permission can restore it."))


def deeds(who: Standing, other: Standing) -> list[wire.Deed]:
    """What somebody who may read the room may do to another one in it, in the order of a menu."""
    found: list[wire.Deed] = []
    if who.moderates and who.rank > other.rank:
        found += ["mute", "ban", "remove"] if other.member else ["mute", "ban"]
    if who.owns and other.member and not other.user.is_guest and other.user != who.user:
        found.append("role")
    return found


def check_own(who: Standing) -> None:
    """Raises `Forbidden` for anyone but owners and staff with the permission."""
    if not check_read(who).owns:
        raise Forbidden(_("Only owners of this room may do that."))


def check_transport(room: Room, transport: wire.Transport) -> None:
    """Raises `TransportNotAllowed` when the room's policy forbids it."""
    if transport not in room.allowed_transports:
        raise TransportNotAllowed(_("This room does not allow this way of connecting."))


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


def admit(user: User, session_key: str, slug: str, transport: wire.Transport) -> tuple[Reader, Standing]:
    """Lets a person follow a room over a transport; raises what `standing` and `check_transport` raise."""
    who = standing(user, slug)
    return reader(who, session_key, transport), who


def reader(who: Standing, session_key: str, transport: wire.Transport) -> Reader:
    """Somebody who may read, as a reader over a transport; raises `TransportNotAllowed`."""
    check_transport(who.room, transport)
    return Reader(
        user_id=who.user.pk,
        session_key=session_key,
        room_id=who.room.pk,
        slug=who.room.slug,
        transport=transport,
        epoch=who.room.epoch,
        access_version=who.room.access_version,
        hold_s=who.room.hold_s,
        poll_interval_ms=who.room.poll_interval_ms,
        you=you(who),
    )


def readmit(reader: Reader) -> Reader:
    """Repeats the admission from the session on, after something about access has changed."""
    fresh, _who = admit(session_user(reader.session_key), reader.session_key, reader.slug, reader.transport)
    if fresh.room_id != reader.room_id:
        raise NotFound(_("There is no such room."))
    return replace(fresh, user_id=reader.user_id)


def session_user(session_key: str) -> User:
    """The person behind a session; raises `NotAuthenticated` when it has ended.

    Django's own `get_user` decides, so that rotated keys and changed passwords mean the same for all transports.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request = HttpRequest()
    request.session = cast(SessionBase, store(session_key))
    user = get_user(request)
    if not isinstance(user, User):
        raise NotAuthenticated(_("Sign in first."))
    return user


def _membership(user: User, room: Room) -> Membership | None:
    return Membership.objects.filter(room=room, user=user).first()


def _guests(room: Room) -> str:
    return room.guests if settings.CHAT_GUESTS else Room.Guests.NONE
