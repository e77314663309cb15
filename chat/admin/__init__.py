"""Django admin: rooms, messages, people, connections, links, announcements, the record of acts. Services write."""

from . import acts, announcements, connections, deletions, invites, memberships, messages, people, reports, rooms

__all__ = [
    "acts",
    "announcements",
    "connections",
    "deletions",
    "invites",
    "memberships",
    "messages",
    "people",
    "reports",
    "rooms",
]
