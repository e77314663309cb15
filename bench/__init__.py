"""The benchmark: what a delivery, a hold, a poll and a durable send cost the server, beside its peers."""

import sys

if sys.platform != "linux":
    raise ImportError("The benchmark needs Linux: it waits with epoll and reads the kernel's accounts of processes.")
