"""What owners, moderators and staff may do to a room and to the people in it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .. import wire
from ..errors import Forbidden, NotFound
from ..models import Message, Revision, User
from .standings import Standing, check_read


def check_moderate(who: Standing) -> None:
    """Raises `Forbidden` for anyone but owners, moderators and staff with the permission."""
    if not check_read(who).moderates:
        raise Forbidden(_("Only moderators of this room may do that."))


def check_own(who: Standing) -> None:
    """Raises `Forbidden` for anyone but owners and staff with the permission."""
    if not check_read(who).owns:
        raise Forbidden(_("Only owners of this room may do that."))


def check_sanction(who: Standing, other: Standing) -> None:
    """Raises `Forbidden` for anyone who does not moderate, or does not stand above the other one."""
    check_moderate(who)
    if not who.is_above(other):
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
    if who.moderates and who.is_above(other):
        found += ["mute", "ban", "remove"] if other.member else ["mute", "ban"]
    if who.owns and other.member and not other.user.is_guest and other.user != who.user:
        found.append("role")
    return found
