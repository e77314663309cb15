"""Telling systemd that this process serves, for units with `Type=notify`: a restart then waits for it."""

from __future__ import annotations

import os
import socket


def tell() -> None:
    """Sends READY=1 to the socket that NOTIFY_SOCKET names; does nothing without one."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        # "@" stands for the NUL of Linux's abstract addresses.
        supervisor.connect("\0" + address[1:] if address.startswith("@") else address)
        supervisor.send(b"READY=1")
