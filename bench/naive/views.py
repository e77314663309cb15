"""The same over HTTP: reading, writing, and waiting for the next message."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from asgiref.sync import async_to_sync
from channels import layers
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from .models import Message

HOLD_S = 25


@csrf_exempt
def messages(request: HttpRequest, room: str) -> JsonResponse:
    """What is after an id; a new message."""
    if request.method == "POST":
        said = json.loads(request.body)
        message = Message.objects.create(room=room, author=said["author"], body=said["body"])
        event = {"type": "chat.message", "message": _shown(message)}
        async_to_sync(_layer().group_send)(f"chat_{room}", event)
        return JsonResponse(_shown(message), status=201)
    after = request.GET.get("after", 2**62)
    found = Message.objects.filter(room=room, id__gt=after).order_by("id")
    return JsonResponse({"messages": [_shown(message) for message in found]})


async def wait(request: HttpRequest, room: str) -> JsonResponse:
    """The next message, or nothing after a while."""
    layer = _layer()
    channel = await layer.new_channel()
    await layer.group_add(f"chat_{room}", channel)
    try:
        async with asyncio.timeout(HOLD_S):
            event = await layer.receive(channel)
        return JsonResponse({"messages": [event["message"]]})
    except TimeoutError:
        return JsonResponse({"messages": []})
    finally:
        await layer.group_discard(f"chat_{room}", channel)


def _shown(message: Message) -> dict[str, Any]:
    return {"id": message.pk, "author": message.author, "body": message.body}


def _layer() -> Any:
    return layers.get_channel_layer()
