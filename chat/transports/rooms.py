"""The JSON endpoints that all transports share: rooms, first state, history, and what is done to messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from .. import access, feed, history, lanes, limits, overview, sending, services, wire
from ..access import Standing
from ..addresses import network_of
from ..errors import Invalid
from ..models import Message
from ..services import Send
from .http import Call, answer, endpoint, whole_number


async def list_rooms(call: Call) -> HttpResponse:
    """`GET rooms`: the rooms that the reader may see, with unread counts."""
    call.params()
    return answer({"rooms": await lanes.call(overview.rooms_of, call.user)})


async def show_room(call: Call, slug: str) -> HttpResponse:
    """`GET rooms/{slug}`: the first state; its cursor was read before its messages."""
    call.params()
    state = await lanes.call(overview.first_state, call.user, slug)
    return answer({**state, "network": network_of(call.address)})


async def show_history(call: Call, slug: str) -> HttpResponse:
    """`GET messages?before=&limit=`: the nearest messages placed before a seq."""
    params = call.params("before", "limit")
    if "before" not in params:
        raise Invalid("Say before which seq.", field="before")
    seq = whole_number(params, "before", 0, 0, 2**63 - 1)
    limit = whole_number(params, "limit", 50, 1, feed.MAX_LIMIT)
    who = await call.standing(slug)
    page = await lanes.call(history.before, who.room.pk, seq, limit)
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


async def delete_with_reason(call: Call, slug: str, seq: int) -> HttpResponse:
    """`POST messages/{seq}/delete`: the same, with a reason for the record of acts."""
    return await _moderate(call, slug, seq, services.delete_message)


async def restore(call: Call, slug: str, seq: int) -> HttpResponse:
    """`POST messages/{seq}/restore`: the message, with what it said."""
    return await _moderate(call, slug, seq, services.restore_message)


async def show_earlier(call: Call, slug: str, seq: int) -> HttpResponse:
    """`GET messages/{seq}/earlier`: what it said before each change, the last one first."""
    call.params()
    who = await call.standing(slug)
    return answer({"earlier": await lanes.call(_earlier, who, seq)})


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


async def _moderate(call: Call, slug: str, seq: int, service: Callable[..., Message]) -> HttpResponse:
    call.params()
    body: wire.ReasonBody = call.body(wire.ReasonBody)
    who = await call.standing(slug)
    limits.check_send(call.user.pk)
    return _message((await lanes.call(service, call.user, who.room.pk, seq, reason=body.reason)).to_wire())


def _earlier(who: Standing, seq: int) -> list[wire.Earlier]:
    access.check_moderate(who)
    message = history.one(who.room.pk, seq)
    found = history.earlier(message)
    if message.deleted_at and found:
        access.check_reveal(who.user, message, found[0])
    return [one.to_wire() for one in found]


def _message(message: wire.Message) -> HttpResponse:
    shape: dict[str, Any] = {"message": message}
    return answer(shape)


rooms = endpoint(GET=list_rooms)
room = endpoint(GET=show_room)
messages = endpoint(GET=show_history, POST=send)
message = endpoint(PATCH=edit, DELETE=delete)
message_delete = endpoint(POST=delete_with_reason)
message_restore = endpoint(POST=restore)
message_earlier = endpoint(GET=show_earlier)
message_report = endpoint(POST=report)
read = endpoint(POST=mark_read)
