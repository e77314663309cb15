"""The JSON endpoints that all transports share: rooms, first state, history, sends, edits, deletions, reports."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from .. import feed, lanes, limits, overview, sending, services, wire
from ..errors import Invalid
from ..history import before
from ..services import Send
from .http import Call, answer, endpoint, whole_number


async def list_rooms(call: Call) -> HttpResponse:
    """`GET rooms`: the rooms that the reader may see, with unread counts."""
    call.params()
    return answer({"rooms": await lanes.call(overview.rooms_of, call.user)})


async def show_room(call: Call, slug: str) -> HttpResponse:
    """`GET rooms/{slug}`: the first state; its cursor was read before its messages."""
    call.params()
    return answer(await lanes.call(overview.first_state, call.user, slug))


async def show_history(call: Call, slug: str) -> HttpResponse:
    """`GET messages?before=&limit=`: the nearest messages placed before a seq."""
    params = call.params("before", "limit")
    if "before" not in params:
        raise Invalid("Say before which seq.", field="before")
    seq = whole_number(params, "before", 0, 0, 2**63 - 1)
    limit = whole_number(params, "limit", 50, 1, feed.MAX_LIMIT)
    who = await call.standing(slug)
    page = await lanes.call(before, who.room.pk, seq, limit)
    return answer({"messages": page.messages, "more": page.more})


async def send(call: Call, slug: str) -> HttpResponse:
    """`POST messages`: 201 with the message, 200 with the stored one when the key is known."""
    call.params()
    body: wire.PostBody = call.body(wire.PostBody)
    who = await call.standing(slug)
    limits.check_send(call.user.pk)
    posted = await sending.post(Send(call.user, who.room.pk, body.key, body.body, body.reply_to))
    call.posted(who.room.pk)
    return answer(b'{"message":%s}' % posted.data, 201 if posted.created else 200)


async def edit(call: Call, slug: str, seq: int) -> HttpResponse:
    """`PATCH messages/{seq}`: the message with its new text."""
    call.params()
    body: wire.EditBody = call.body(wire.EditBody)
    who = await call.standing(slug)
    limits.check_send(call.user.pk)
    return _message((await lanes.call(services.edit_message, call.user, who.room.pk, seq, body.body)).to_wire())


async def delete(call: Call, slug: str, seq: int) -> HttpResponse:
    """`DELETE messages/{seq}`: the tombstone."""
    call.params()
    who = await call.standing(slug)
    limits.check_send(call.user.pk)
    return _message((await lanes.call(services.delete_message, call.user, who.room.pk, seq)).to_wire())


async def mark_read(call: Call, slug: str) -> HttpResponse:
    """`POST read`: moves the reader's mark forward and tells where it stands."""
    call.params()
    body: wire.ReadBody = call.body(wire.ReadBody)
    if not 0 <= body.seq < 2**63:
        raise Invalid("Not a seq.", field="seq")
    who = await call.standing(slug)
    return answer({"last_read_seq": await lanes.call(services.mark_read, call.user, who.room.pk, body.seq)})


async def report(call: Call, slug: str, seq: int) -> HttpResponse:
    """`POST messages/{seq}/report`: 201, or 200 when the person has reported this message before."""
    call.params()
    body: wire.ReportBody = call.body(wire.ReportBody)
    who = await call.standing(slug)
    limits.check_report(call.user.pk)
    is_new = await lanes.call(services.report_message, call.user, who.room.pk, seq, body.reason)
    return answer({"reported": True}, 201 if is_new else 200)


def _message(message: wire.Message) -> HttpResponse:
    shape: dict[str, Any] = {"message": message}
    return answer(shape)


rooms = endpoint(GET=list_rooms)
room = endpoint(GET=show_room)
messages = endpoint(GET=show_history, POST=send)
message = endpoint(PATCH=edit, DELETE=delete)
message_report = endpoint(POST=report)
read = endpoint(POST=mark_read)
