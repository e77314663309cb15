"""What an act changed, in words: names of fields as forms have them, times as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..models import FOR_GOOD, Act, Invite, Membership, Room, User

_LABELS = {field.name: field.verbose_name for model in (Invite, User, Membership, Room) for field in model._meta.fields}

NOTHING = "—"
"""Stands where there is nothing to say."""

_SANCTIONS = {Act.Verb.BANNED, Act.Verb.UNBANNED, Act.Verb.MUTED, Act.Verb.UNMUTED, Act.Verb.SESSIONS_ENDED}


def changes(act: Act) -> str:
    """A list of field: before → after."""
    if not (act.before or act.after):
        return NOTHING
    names = sorted({*act.before, *act.after})
    rows = ((_LABELS.get(name, name), _shown(act.before.get(name)), _shown(act.after.get(name))) for name in names)
    return format_html('<ul class="changes">{}</ul>', format_html_join("", "<li>{}: {} → {}</li>", rows))


def place_of(act: Act) -> str:
    """The room, or that it was everywhere."""
    if act.room_name or act.verb not in _SANCTIONS:
        return act.room_name or NOTHING
    return _("everywhere")


def _shown(value: Any) -> str:
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _time(value) if isinstance(value, str) else str(value)


def _time(text: str) -> str:
    """A time from the record in the form of the page; any other text as it is."""
    try:
        time = parse_datetime(text)
    except ValueError:
        return text
    if time == FOR_GOOD:
        return _("for good")
    return date_format(localtime(time), "DATETIME_FORMAT") if time and time.tzinfo else text
