"""The one writer. Views, consumer, admin and commands all call these functions.

Each is synchronous, one transaction, and raises `ChatError`. A change takes the room's next number under the room's
row lock and is told to readers after the commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from . import access, fanout, wire
from .access import Standing
from .errors import Conflict, Forbidden, Invalid, NotFound, RateLimited
from .models import Invite, Membership, Message, Revision, Room, User, new_epoch, new_token
from .text import clean_body, clean_line, clean_name, fold

ROOM_FIELDS = {
    "name",
    "topic",
    "kind",
    "state",
    "guests",
    "allowed_transports",
    "default_transport",
    "poll_interval_ms",
    "hold_s",
    "slow_mode_s",
}
_ACCESS_FIELDS = {"kind", "state", "guests", "allowed_transports"}
"""Changes of these may end somebody's reading, so every reader is admitted anew."""


class Posted(NamedTuple):
    message: Message
    created: bool


class Log:
    """A room's log under the room's lock: gives out numbers and collects what is told after the commit."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.changes: list[wire.Change] = []

    def number(self) -> int:
        self.room.last_seq += 1
        return self.room.last_seq

    def record(self, change: wire.Change) -> None:
        self.changes.append(change)

    def touch_access(self) -> None:
        """Takes a number for a change of who may read: whoever is past it has been admitted anew."""
        self.room.access_version = self.number()
        self.record(wire.Change(number=self.room.access_version, seq=wire.ACCESS))

    def event(self) -> fanout.Changed:
        room = self.room
        return fanout.Changed(room.pk, room.epoch, room.last_seq, room.access_version, self.changes)


@contextmanager
def locked(room_id: int) -> Iterator[Log]:
    """The room's log in one transaction. The lock is taken first and held to the end, so numbers have no holes."""
    with transaction.atomic():
        room = Room.objects.select_for_update().filter(pk=room_id).first()
        if room is None:
            raise NotFound(_("There is no such room."))
        log = Log(room)
        yield log
        if log.changes:
            room.save()
            transaction.on_commit(partial(fanout.publish, log.event()), robust=True)


# People


def enter_as_guest(name: str) -> User:
    """A new guest with this nickname; raises `Forbidden` when guests are off, `Invalid` when the name is taken."""
    if not settings.CHAT_GUESTS:
        raise Forbidden(_("This place is not open to guests."))
    return _new_person(name, guest=True, password=None)


def sign_up(name: str, password: str | None) -> User:
    """A new account; raises `Invalid` when the name is taken. Without a password nobody can log in to it."""
    return _new_person(name, guest=False, password=password)


def rename_person(user: User, name: str) -> User:
    """Another name for a person; raises `Invalid` when it is taken."""
    user.username = clean_name(name)
    try:
        with transaction.atomic():
            user.save(update_fields=["username"])
    except IntegrityError:
        raise Invalid(_("This name is taken."), field="name") from None
    return user


def retire_guest(user: User) -> None:
    """Ends a guest's account: what was written stays under the name, which is free for others again."""
    user.username = f"{user.username} #{user.pk}"
    user.is_active = False
    user.save(update_fields=["username", "is_active"])


def _new_person(name: str, *, guest: bool, password: str | None) -> User:
    user = User(username=clean_name(name), is_guest=guest)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Invalid(_("This name is taken."), field="name") from None
    return user


# Rooms


def create_room(actor: User, *, name: str, topic: str = "", kind: str = "public", **fields: Any) -> Room:
    """A new room, owned by its maker."""
    if actor.is_guest:
        raise Forbidden(_("Guests cannot open rooms. Sign up to do that."))
    clean = _clean_room_fields({"name": name, "topic": topic, "kind": kind, **fields})
    with transaction.atomic():
        room = Room.objects.create(slug=_free_slug(clean["name"]), created_by=actor, **clean)
        Membership.objects.create(room=room, user=actor, role=Membership.Role.OWNER)
        with locked(room.pk) as log:
            _notice(log, actor, _("opened the room"))
            room = log.room
    return room


def update_room(actor: User, room_id: int, **changes: Any) -> Room:
    """Changes fields of a room (`ROOM_FIELDS`); fields that stay the same change nothing."""
    clean = _clean_room_fields(changes)
    with locked(room_id) as log:
        access.check_moderate(access.standing_in(actor, log.room))
        changed = {field: value for field, value in clean.items() if getattr(log.room, field) != value}
        for field, value in changed.items():
            setattr(log.room, field, value)
        _check_policy(log.room)
        if changed:
            _record_room(log)
        if _ACCESS_FIELDS & set(changed):
            log.touch_access()
        for sentence in _told(changed, log.room):
            _notice(log, actor, sentence)
        return log.room


def renew_epoch(room_id: int) -> Room:
    """A new life of the log, after a restore: every client's cursor is answered with a reset."""
    with locked(room_id) as log:
        log.room.epoch = new_epoch()
        log.touch_access()
        return log.room


def _record_room(log: Log) -> None:
    log.room.version = log.number()
    log.record(log.room.to_change())


def _told(changed: dict[str, Any], room: Room) -> list[str]:
    told = []
    if "name" in changed:
        told.append(_("renamed the room to “%(name)s”") % {"name": room.name})
    if changed.get("state") == Room.State.READ_ONLY:
        told.append(_("made the room read-only"))
    if changed.get("state") == Room.State.ARCHIVED:
        told.append(_("archived the room"))
    if changed.get("state") == Room.State.OPEN:
        told.append(_("opened the room for messages"))
    return told


def _clean_room_fields(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - ROOM_FIELDS:
        raise Invalid(f"Not a field of a room: {', '.join(sorted(unknown))}.")
    clean = dict(fields)
    if "name" in clean:
        clean["name"] = clean_name(clean["name"], limit=60)
    if "topic" in clean:
        clean["topic"] = clean_line(clean["topic"], field="topic", limit=200)
    return clean


def _check_policy(room: Room) -> None:
    if not room.allowed_transports or set(room.allowed_transports) - set(wire.TRANSPORTS):
        raise Invalid(_("A room needs at least one transport."), field="allowed_transports")
    if room.default_transport not in room.allowed_transports:
        raise Invalid(_("The default transport must be one of those allowed."), field="default_transport")


def _free_slug(name: str) -> str:
    slug = slugify(name)[:50] or "room"
    taken = Room.objects.filter(slug=slug).exists()
    return f"{slug}-{new_token()[:6].lower().strip('_-')}" if taken else slug


# Messages


def post_message(actor: User, room_id: int, *, key: str, body: str, reply_to: int | None = None) -> Posted:
    """Posts once for each (room, author, key): a repeat returns the stored message, whenever it comes.

    Raises `Conflict` for a known key with another text, `RateLimited` in slow mode, and what access raises.
    """
    wire.check_key(key)
    body = clean_body(body, settings.CHAT_MAX_BODY)
    with locked(room_id) as log:
        who = access.check_read(access.standing_in(actor, log.room))
        stored = Message.objects.of(room_id).filter(author=actor, key=key).first()
        if stored:
            return Posted(_same(stored, body, reply_to), created=False)
        access.check_post(who)
        _check_reply(log.room, reply_to)
        _check_slow_mode(who)
        _join(who)
        return Posted(_append(log, actor, key, body, reply_to_seq=reply_to), created=True)


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
    """Leaves a tombstone in place of a message: one's own, or any for moderators. Repeating it changes nothing."""
    with locked(room_id) as log:
        who = access.check_read(access.standing_in(actor, log.room))
        message = _message(log.room, seq)
        if not who.moderates:
            access.check_post(who)
        if message.author_id != actor.pk and not who.moderates:
            raise Forbidden(_("Only the author and moderators can delete a message."))
        if not message.deleted_at:
            _revise(log, message, actor, body="", deleted_at=wire.now())
        return message


def _append(log: Log, author: User, key: str, body: str, **fields: Any) -> Message:
    number = log.number()
    message = Message.objects.create(
        room=log.room, author=author, seq=number, version=number, key=key, body=body, created_at=wire.now(), **fields
    )
    log.record(message.to_change())
    return message


def _notice(log: Log, actor: User, body: str) -> None:
    _append(log, actor, new_token(), body, kind=Message.Kind.SYSTEM)


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


# Members


def join_room(actor: User, room_id: int) -> Membership:
    """Makes the person a member of a room that they may read."""
    with transaction.atomic():
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            raise NotFound(_("There is no such room."))
        return _join(access.check_read(access.standing_in(actor, room)))


def leave_room(actor: User, room_id: int) -> None:
    """Ends a membership. A room keeps at least one owner while it has members; sanctions stay."""
    with locked(room_id) as log:
        who = access.check_read(access.standing_in(actor, log.room))
        if who.member is None:
            return
        others = Membership.objects.filter(room=log.room, left_at=None).exclude(user=actor)
        owners = others.filter(role=Membership.Role.OWNER)
        if who.member.role == Membership.Role.OWNER and others.exists() and not owners.exists():
            raise Forbidden(_("Make somebody else an owner before you leave."))
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
        member, _new = Membership.objects.get_or_create(room=log.room, user_id=user_id)
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
    if room.kind == Room.Kind.PRIVATE:
        access.check_moderate(who)
    return Invite.objects.create(room=room, created_by=actor)


def open_invite(token: str) -> Invite:
    """The invite behind a link; raises `NotFound` when it has expired or never was."""
    invite = Invite.objects.select_related("room", "created_by").filter(token=token).first()
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
        _join(who)
    return room


def _join(who: Standing) -> Membership:
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
    visitor = {"left_at": timezone.now()}
    member, _new = Membership.objects.get_or_create(room=room, user_id=user_id, defaults=visitor)
    if member.role == Membership.Role.OWNER and not access.is_site_moderator(actor):
        raise Forbidden(_("Owners cannot be sanctioned."))
    return member


def taken(name: str) -> bool:
    """Whether a person with this name, or one that looks the same, exists."""
    return User.objects.filter(folded_name=fold(name)).exists()
