"""The messages of a room as a file: lines of JSON for programs, or one page for people to read and keep."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from . import wire
from .exports import Form
from .models import Message, Room

KINDS = ("jsonl", "html")

_STYLE = (
    ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}"
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "article{margin:.9rem 0}article p{margin:0}time,.mark,footer{color:GrayText;font-size:.85em}"
    ".text{white-space:pre-wrap;overflow-wrap:anywhere}.deleted{color:GrayText;font-style:italic}"
)
_HEAD = (
    '<!doctype html><html><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    # Nothing of what people wrote is ever run, whoever opens the file.
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    "<title>{}</title><style>{}</style></head><body><header><h1>{}</h1><p>{}</p><p><time>{}</time></p></header><main>\n"
)


def messages_of(room: Room) -> QuerySet[Message]:
    """All up to this moment, deleted ones as tombstones; what comes while it is written is not in it."""
    return Message.objects.of(room.pk).filter(seq__lte=room.last_seq)


def form_of(room: Room, kind: str) -> Form:
    """How a room becomes a file of a kind."""
    if kind == "jsonl":
        return Form("application/jsonl", "", _as_json, order="seq")
    said = _("Exported %(time)s. All times are UTC.") % {"time": _time(wire.now())}
    head = format_html(_HEAD, room.name, mark_safe(_STYLE), room.name, room.topic, said)  # noqa: S308 - our own
    return Form("text/html; charset=utf-8", head, _as_html, "</main></body></html>\n", order="seq")


def _as_json(message: Message) -> str:
    """The message as the wire tells it."""
    return wire.encode(message.to_wire()).decode() + "\n"


def _as_html(message: Message) -> str:
    return format_html(
        '<article id="m-{}"><p><b>{}</b> {}<time datetime="{}">{}</time>{}{}</p>{}</article>\n',
        message.seq,
        message.author.username,
        format_html("{} ", message.body) if message.kind == Message.Kind.SYSTEM else "",
        message.created_at.isoformat(),
        _time(message.created_at),
        format_html(' <span class="mark">{}</span>', _("edited")) if message.edited_at else "",
        _reply(message),
        _text(message),
    )


def _reply(message: Message) -> SafeString | str:
    if message.reply_to_seq is None:
        return ""
    return format_html(' <a class="mark" href="#m-{}">{}</a>', message.reply_to_seq, _("in reply to"))


def _text(message: Message) -> SafeString | str:
    if message.deleted_at:
        return format_html('<p class="deleted">{}</p>', _("message deleted"))
    return "" if message.kind == Message.Kind.SYSTEM else format_html('<p class="text">{}</p>', message.body)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
