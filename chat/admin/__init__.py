"""Django's admin for rooms, messages, people, invite links, announcements, the record of acts. The services write."""

from . import acts, announcements, invites, memberships, messages, people, reports, rooms

__all__ = ["acts", "announcements", "invites", "memberships", "messages", "people", "reports", "rooms"]
