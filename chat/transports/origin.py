"""Which pages may open a WebSocket with a visitor's cookies."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain


def is_own_origin(scope: Any) -> bool:
    """True for a page of this very origin (scheme, host and port), or of CSRF_TRUSTED_ORIGINS.

    A missing Origin is no browser. The host must be one of ALLOWED_HOSTS, since no Django middleware looks at it here.
    """
    headers = {key: value.decode("latin-1") for key, value in scope["headers"] if key in (b"origin", b"host")}
    host = headers.get(b"host", "")
    if not validate_host(split_domain_port(host)[0], _allowed_hosts()):
        return False
    origin = headers.get(b"origin")
    if origin is None:
        return True
    scheme = "https" if settings.HTTPS or scope.get("scheme") == "wss" else "http"
    return origin.lower() == f"{scheme}://{host}".lower() or _is_trusted(origin)


def _allowed_hosts() -> list[str]:
    if settings.DEBUG and not settings.ALLOWED_HOSTS:
        return [".localhost", "127.0.0.1", "[::1]"]
    return list(settings.ALLOWED_HOSTS)


def _is_trusted(origin: str) -> bool:
    try:
        page = urlsplit(origin)
    except ValueError:
        return False
    trusted = [urlsplit(one.replace("*", "")) for one in settings.CSRF_TRUSTED_ORIGINS]
    return any(page.scheme == one.scheme and is_same_domain(page.netloc, one.netloc) for one in trusted)
