"""The JSON endpoints that delete all that a person wrote in a room, a part with each request."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from .. import access, lanes, limits, roster, services, wire
from ..access import Standing
from ..errors import NotFound
from ..models import Deletion
from .http import Call, answer, endpoint

SECONDS = 1.0
"""Of one request: a lane has others to serve. What is left is for the next one."""


async def begin(call: Call, slug: str, user_id: int) -> HttpResponse:
    """`POST members/{id}/delete-messages`: asks for it, and does a part."""
    call.params()
    body: wire.ReasonBody = call.body(wire.ReasonBody)
    who = await call.standing(slug)
    limits.check_send(call.user.pk)
    return answer(await lanes.call(_begun, who, user_id, body.reason))


async def carry_on(call: Call, slug: str, deletion_id: int) -> HttpResponse:
    """`POST deletions/{id}`: does the next part."""
    call.params()
    who = await call.standing(slug)
    return answer(await lanes.call(_carried_on, who, deletion_id))


def _begun(who: Standing, user_id: int, reason: str) -> dict[str, Any]:
    roster.one(who, user_id)  # who was never here has written nothing
    deletion = services.delete_messages_of(who.user, user_id, who.room.pk, reason=reason)
    return _carried_on(who, deletion.pk)


def _carried_on(who: Standing, deletion_id: int) -> dict[str, Any]:
    access.check_moderate(who)
    if not Deletion.objects.filter(pk=deletion_id, room=who.room).exists():
        raise NotFound("There is no such deletion in this room.")
    now = services.carry_on(deletion_id, SECONDS)
    return {"deletion": {"id": now.pk, "deleted": now.deleted, "done": not now.is_under_way}}


person_messages = endpoint(POST=begin)
deletion = endpoint(POST=carry_on)
