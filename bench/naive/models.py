"""One table."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """A message of a room."""

    room = models.CharField(max_length=50, db_index=True)
    author = models.CharField(max_length=50)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager[Message] = models.Manager()

    def __str__(self) -> str:
        return self.body
