"""All addresses."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from chat import health, pages, routing

urlpatterns = [
    path("api/", include(routing.api)),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("", include("chat.urls")),
    path("admin/", admin.site.urls),
]

handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.server_error
