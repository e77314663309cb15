"""Two addresses."""

from django.urls import path

from . import views

urlpatterns = [
    path("rooms/<slug:room>/messages/", views.messages),
    path("rooms/<slug:room>/wait/", views.wait),
]
