"""The benchmark: what a delivery, a hold, a poll and a durable send cost the server, beside its peers."""

import sys
from pathlib import Path

if sys.platform != "linux":
    raise ImportError("The benchmark needs Linux: it waits with epoll and reads the kernel's accounts of processes.")

INSTALLED = Path(__file__).with_name(".installed")
"""Where packages of peers and the compiled generator go; git ignores it."""
