"""The ASGI application: static files, the JSON endpoints and pages in lanes, WebSockets."""

from __future__ import annotations

import logging
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")

from django.core.asgi import get_asgi_application

django_application: Any = get_asgi_application()

# Below, because these need Django to be set up.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from servestatic import ServeStaticASGI  # noqa: E402

from chat import feed  # noqa: E402
from chat.lanes import InLanes  # noqa: E402
from chat.routing import websocket  # noqa: E402
from chat.transports.shortcut import Shortcut  # noqa: E402

from .body_limit import BodyLimit  # noqa: E402
from .drain import Live  # noqa: E402

stack: Any = ProtocolTypeRouter(
    {
        "http": BodyLimit(Shortcut(InLanes(django_application)), settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
        "websocket": URLRouter(websocket),
    }
)
if settings.STATIC_ROOT.is_dir() and not settings.DEBUG:
    stack = ServeStaticASGI(stack, root=settings.STATIC_ROOT, prefix="static")


live = Live(stack)
if not settings.REDIS_URL:
    logging.getLogger("chat").info("No REDIS_URL: this process is on its own, which is right for one process.")


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Starts the hub with the first connection, so that writers find it, and serves."""
    feed.hub()
    await (live if scope["type"] in ("http", "websocket") else stack)(scope, receive, send)
