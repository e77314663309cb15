"""Reports of messages: made by members, decided by those who moderate."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import access
from ..access import Standing
from ..errors import Forbidden, Invalid, NotFound
from ..models import MAX_REASON, Act, Message, Report, Room, User
from ..text import clean_line
from .audit import record
from .log import locked
from .messages import delete_message, found


def report_message(actor: User, room_id: int, seq: int, reason: str) -> bool:
    """Tells moderators of a message; whether it is new. Once for each person and message: a repeat changes nothing."""
    reason = clean_line(reason, field="reason", limit=MAX_REASON)
    if not reason:
        raise Invalid(_("Say what is wrong with the message."), field="reason")
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound(_("There is no such room."))
    who = access.check_read(access.standing_in(actor, room))
    if who.member is None:
        raise Forbidden(_("Only members of this room can report a message."))
    message = _reportable(who, seq)
    _report, is_new = Report.objects.get_or_create(message=message, reporter=actor, defaults={"reason": reason})
    return is_new


def accept_report(actor: User, report_id: int, *, reason: str = "", note: str = "") -> None:
    """Deletes the message, and closes all open reports of it; one that was decided stays as it is."""
    # The room first, as everybody takes it: whoever deletes the room, or decides the same, waits or is waited for.
    with locked(_room_of(report_id)):
        report = _open_report(actor, report_id)
        if report is None:
            return
        delete_message(actor, report.message.room_id, report.message.seq, reason=reason, note=note)
        same = Report.objects.filter(message=report.message, state=Report.State.OPEN)
        _decide(actor, Report.State.ACCEPTED, [one.pk for one in same])
        _record(actor, Act.Verb.REPORT_ACCEPTED, report, reason, note)


def dismiss_report(actor: User, report_id: int, *, reason: str = "", note: str = "") -> None:
    """Leaves the message as it is; a report that was decided stays as it is."""
    with locked(_room_of(report_id)):
        report = _open_report(actor, report_id)
        if report is None:
            return
        _decide(actor, Report.State.DISMISSED, [report.pk])
        _record(actor, Act.Verb.REPORT_DISMISSED, report, reason, note)


def _reportable(who: Standing, seq: int) -> Message:
    message = found(who.room, seq)
    if message.deleted_at:
        raise NotFound(_("There is no such message."))
    if message.kind != Message.Kind.TEXT or message.author_id == who.user.pk:
        raise Forbidden(_("Only messages of others can be reported."))
    return message


def _room_of(report_id: int) -> int:
    room_id = Report.objects.filter(pk=report_id).values_list("message__room", flat=True).first()
    if room_id is None:
        raise NotFound(_("There is no such report."))
    return room_id


def _open_report(actor: User, report_id: int) -> Report | None:
    """The report, for somebody who may decide it; None when it was decided."""
    report = Report.objects.select_related("message__room", "message__author").filter(pk=report_id).first()
    if report is None:
        raise NotFound(_("There is no such report."))
    if not (actor.is_active and actor.is_staff and actor.has_perm("chat.change_report")):
        access.check_moderate(access.standing_in(actor, report.message.room))
    return report if report.state == Report.State.OPEN else None


def _decide(actor: User, state: Report.State, keys: list[int]) -> None:
    Report.objects.filter(pk__in=keys).update(state=state, decided_by=actor, decided_at=timezone.now())


def _record(actor: User, verb: Act.Verb, report: Report, reason: str, note: str) -> None:
    message = report.message
    record(actor, verb, room=message.room, person=message.author, seq=message.seq, reason=reason, note=note)
