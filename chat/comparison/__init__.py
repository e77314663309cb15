"""The three transports beside each other, as clients see them: same room, same messages, same clock.

Written from docs/protocol.md alone, so that any chat of this kind can be compared from anywhere.
"""

from __future__ import annotations
