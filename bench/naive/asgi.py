"""The ASGI application."""

from typing import Any, cast

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

django_application = get_asgi_application()

from .consumer import ChatConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": URLRouter([cast(Any, path("ws/chat/<slug:room>/", cast(Any, ChatConsumer.as_asgi())))]),
    }
)
