"""Ends of sessions reach open pages: log-out, another password, a closed account."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from . import fanout
from .models import User

_HARMLESS = {"last_login", "look", "username", "folded_name"}


@receiver(post_delete, sender=Session)
def session_ended(sender: Any, instance: Session, **kwargs: Any) -> None:
    """Django's own log-out signal comes before the session is gone; this one comes after."""
    _tell(fanout.Revoked(session_key=instance.session_key))


@receiver(post_save, sender=User)
@receiver(post_delete, sender=User)
def person_changed(sender: Any, instance: User, **kwargs: Any) -> None:
    """A new password or a closed account ends sessions; which of them, each reader's own session tells."""
    fields = kwargs.get("update_fields")
    if kwargs.get("created") or (fields and set(fields) <= _HARMLESS):
        return
    _tell(fanout.Revoked(user_id=instance.pk))


def _tell(event: fanout.Revoked) -> None:
    transaction.on_commit(partial(fanout.publish, event), robust=True)
