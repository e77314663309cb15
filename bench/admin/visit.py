"""`python -m bench.admin.visit SEED`: opens all pages of the admin of this database; a line of JSON for each."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from chat.management.crowd import Crowd, Size  # noqa: E402
from chat.models import User  # noqa: E402

from .pages import Page, every_page  # noqa: E402

TIMES = 3
"""Each page is opened so often. The quickest counts: other work on the machine can only add."""


def visit(client: Client, page: Page) -> dict[str, Any]:
    """How long a page takes, in ms, how often it asks the database, and its size."""
    times, queries, size = [], 0, 0
    for _ in range(TIMES):
        with CaptureQueriesContext(connection) as asked:
            began = time.perf_counter()
            size = _read(page.open(client))
            times.append((time.perf_counter() - began) * 1000)
        queries = max(queries, len(asked))
    return {**page._asdict(), "ms": min(times), "queries": queries, "bytes": size}


def _read(response: Any) -> int:
    """All of a page, the beginning of a file."""
    if response.status_code != 200:
        raise AssertionError(f"{response.request['PATH_INFO']}: {response.status_code}")
    return sum(len(part) for _, part in zip(range(2), response, strict=False))


def main(seed: int) -> None:
    words = Crowd(Size(1, 1, 1), seed).vocabulary
    name = "Warden of the bench"
    root = User.objects.filter(username=name).first() or User.objects.create_superuser(name)
    client = Client(headers={"host": "localhost"})
    client.force_login(root)
    for page in every_page(client, (words[0], words[-1], "nowhere-at-all")):
        print(json.dumps(visit(client, page)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
