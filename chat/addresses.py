"""Where a request or a socket comes from."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The header that the proxy sets, when CHAT_CLIENT_ADDRESS_HEADER names one, else the peer."""
    if settings.CHAT_CLIENT_ADDRESS_HEADER:
        return request.headers.get(settings.CHAT_CLIENT_ADDRESS_HEADER, "unknown")
    return str(request.META.get("REMOTE_ADDR", "unknown"))


def address_of_scope(scope: Any) -> str:
    """The same for an ASGI scope."""
    name = settings.CHAT_CLIENT_ADDRESS_HEADER.lower().encode("latin-1")
    if name:
        return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name) or "unknown"
    client = scope.get("client")
    return str(client[0]) if client else "unknown"
