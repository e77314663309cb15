"""Ports for servers that go away for a while and come back."""

import random
from pathlib import Path

from tests.support.processes import accepts, free_port

LOWEST = 10_000
_given: set[int] = set()


def lasting_port() -> int:
    """A free port that no outgoing connection takes meanwhile: outside the range of the kernel for those."""
    low, high = (int(word) for word in Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    ports = [port for port in range(LOWEST, 65536) if not low <= port <= high]
    port = random.choice(ports) if ports else free_port()
    while port in _given or accepts(port):
        port = random.choice(ports) if ports else free_port()
    _given.add(port)
    return port
