"""The pages about the transports themselves: the connection test."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def connection_test(request: HttpRequest) -> HttpResponse:
    """Tries the real paths from the visitor's browser; open to everybody who may come to the door."""
    return render(request, "chat/connection_test.html", {"quiet_s": round(settings.CHAT_HEARTBEAT_S)})
