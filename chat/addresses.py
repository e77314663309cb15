"""Where a request or a socket comes from, as limits count it."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address, IPv6Network
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

UNKNOWN = "unknown"
HOUSEHOLD = 64
"""Bits of an IPv6 address that a provider gives out: the rest of them everybody at home can choose (RFC 6177)."""


def address_of(request: HttpRequest) -> str:
    """The header that the proxy sets, when CHAT_CLIENT_ADDRESS_HEADER names one, else the peer."""
    if settings.CHAT_CLIENT_ADDRESS_HEADER:
        return _household(request.headers.get(settings.CHAT_CLIENT_ADDRESS_HEADER, UNKNOWN))
    return _household(str(request.META.get("REMOTE_ADDR", UNKNOWN)))


def address_of_scope(scope: Any) -> str:
    """The same for an ASGI scope."""
    name = settings.CHAT_CLIENT_ADDRESS_HEADER.lower().encode("latin-1")
    if name:
        values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
        return _household(",".join(values) or UNKNOWN)
    client = scope.get("client")
    return _household(str(client[0])) if client else UNKNOWN


def network_of(address: str) -> str:
    """A name for where somebody is, under which their browser keeps what works there. It does not tell the address."""
    return salted_hmac("chat.network", address).hexdigest()[:12]


@lru_cache(maxsize=4096)
def _household(address: str) -> str:
    try:
        found = IPv6Address(address)
    except AddressValueError:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), HOUSEHOLD), strict=False))
