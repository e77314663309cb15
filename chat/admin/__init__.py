"""Django's admin for rooms, messages, people, invite links, the record of acts. The services write."""

from . import acts, deletions, invites, memberships, messages, people, reports, rooms

__all__ = ["acts", "deletions", "invites", "memberships", "messages", "people", "reports", "rooms"]
