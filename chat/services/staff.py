"""What staff may do beside the moderators of a room: delete rooms, change people, close accounts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _

from .. import fanout
from ..errors import Forbidden, NotFound
from ..models import Act, Message, Report, Revision, Room, User, new_epoch
from .audit import record
from .log import locked
from .people import sign_up

RIGHTS = {"is_staff", "is_superuser"}
PERSON_FIELDS = {"look", "is_active", *RIGHTS}


def delete_room(actor: User, room_id: int) -> None:
    """Removes a room with all that was written in it, for good. Superusers alone; archiving keeps it readable."""
    if not (actor.is_active and actor.is_superuser):
        raise Forbidden(_("Only superusers can delete a room."))
    with locked(room_id) as log:
        record(
            actor, Act.Verb.ROOM_DELETED, room=log.room, before={"slug": log.room.slug, "last_seq": log.room.last_seq}
        )
        Revision.objects.filter(message__room=log.room).delete()
        Report.objects.filter(message__room=log.room).delete()
        # Each as one statement: Django would read every message to see what hangs on it, and nothing does any more.
        messages = Message.objects.filter(room=log.room)
        messages._raw_delete(messages.db)
        log.room.delete()
        # An epoch that nobody knows makes every hub look, and find the room gone.
        gone = fanout.Changed(room_id, new_epoch(), 0, 0, [])
        transaction.on_commit(partial(fanout.publish, gone), robust=True)


def export_room(actor: User | None, room_id: int, kind: str) -> Room:
    """The room, whose messages somebody is about to take away as a file of that kind. Needs `chat.export_room`.

    `actor`: None for who runs a command on the server.
    """
    if actor:
        check_staff(actor, "chat.export_room")
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound(_("There is no such room."))
    with transaction.atomic():
        record(actor, Act.Verb.ROOM_EXPORTED, room=room, after={"format": kind, "last_seq": room.last_seq})
    return room


def add_person(actor: User, name: str, password: str | None) -> User:
    """A new account, made by staff; raises `Invalid` when the name is taken."""
    check_staff(actor, "chat.add_user")
    with transaction.atomic():
        user = sign_up(name, password)
        record(actor, Act.Verb.PERSON_ADDED, person=user)
    return user


def close_account(actor: User, user: User, *, reason: str = "", note: str = "") -> None:
    """Ends a person's sessions and keeps them from coming back, until the account is opened again."""
    check_staff(actor, "chat.change_user", user)
    if user.pk == actor.pk:
        raise Forbidden(_("This is your own account."))
    user.is_active = False
    change_person(actor, user, {"is_active"}, reason=reason, note=note)


def change_person(actor: User, user: User, fields: set[str], *, reason: str = "", note: str = "") -> None:
    """Writes those of the fields that are in `PERSON_FIELDS`; their sessions are checked anew.

    Who is staff or superuser is for superusers to say.
    """
    names = sorted(fields & PERSON_FIELDS)
    with transaction.atomic():
        stored = User.objects.select_for_update().get(pk=user.pk)
        check_staff(actor, "chat.change_user", stored)
        after = {name: getattr(user, name) for name in names if getattr(user, name) != getattr(stored, name)}
        if RIGHTS & set(after):
            _check_superuser(actor)
        if after:
            user.save(update_fields=names)
            before = {name: getattr(stored, name) for name in after}
            record(actor, _verb(after), person=user, before=before, after=after, reason=reason, note=note)


def set_password(actor: User, user: User, password: str | None) -> None:
    """Another password for a person, which ends their sessions; None: nobody can log in to the account."""
    check_staff(actor, "chat.change_user", user)
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        record(actor, Act.Verb.PASSWORD_SET, person=user, after={"can_log_in": user.has_usable_password()})


def set_rights(actor: User, user: User, groups: Iterable[Group], permissions: Iterable[Permission]) -> None:
    """The groups and permissions of a member of staff. Superusers alone."""
    _check_superuser(actor)
    with transaction.atomic():
        before = _rights(user)
        user.groups.set(groups)
        user.user_permissions.set(permissions)
        after = _rights(user)
        if changed := {name for name in after if before[name] != after[name]}:
            kept, given = ({name: rights[name] for name in changed} for rights in (before, after))
            record(actor, Act.Verb.RIGHTS_CHANGED, person=user, before=kept, after=given)


def check_staff(actor: User, permission: str, user: User | None = None) -> None:
    """Raises `Forbidden` for all but staff with the permission; for accounts of staff, for all but superusers."""
    if not (actor.is_active and actor.is_staff and actor.has_perm(permission)):
        raise Forbidden(_("Only staff with the permission may do that."))
    if user and user.is_staff and not actor.is_superuser:
        raise Forbidden(_("Only superusers can change accounts of staff."))


def _check_superuser(actor: User) -> None:
    if not (actor.is_active and actor.is_superuser):
        raise Forbidden(_("Only superusers can change the rights of a person."))


def _rights(user: User) -> dict[str, list[Any]]:
    """Names, so that the record reads by itself."""
    codes = user.user_permissions.values_list("content_type__app_label", "codename")
    return {
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "permissions": sorted(f"{app}.{code}" for app, code in codes),
    }


def _verb(after: dict[str, Any]) -> Act.Verb:
    if set(after) != {"is_active"}:
        return Act.Verb.PERSON_CHANGED
    return Act.Verb.ACCOUNT_OPENED if after["is_active"] else Act.Verb.ACCOUNT_CLOSED
