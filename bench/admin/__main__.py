"""`python -m bench.admin`: makes a large community, and opens every page of the admin, on both databases."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.processes import ROOT

from ..report import MARKS, markdown, plain
from ..targets.base import Services
from ..targets.parley import BenchPlace

DATABASES = ("sqlite", "postgresql")
SLOW_MS = 1000
"""What no page may take."""

Visit = dict[str, Any]


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    found: dict[str, list[Visit]] = {}
    with tempfile.TemporaryDirectory() as folder:
        services = Services(Path(folder))
        try:
            for database in options.databases.split(","):
                found[database] = list(_visits(database, services, options))
        finally:
            services.stop()
    table = _table(found)
    print("", plain(table), sep="\n")
    if options.markdown:
        _write(
            options.markdown,
            table,
            f"{options.messages:,} messages, {options.people:,} people, {options.rooms:,} rooms",
        )
    slow = [visit for visits in found.values() for visit in visits if visit["ms"] >= SLOW_MS]
    print(f"{len(slow)} pages took {SLOW_MS} ms or more.")
    return 1 if slow else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.admin", description=__doc__)
    parser.add_argument("--databases", default=",".join(DATABASES), help="of " + ", ".join(DATABASES))
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rooms", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--markdown", type=Path, help="a page with the marks of `admin`, to write the table into")
    return parser.parse_args(arguments)


def _visits(database: str, services: Services, options: argparse.Namespace) -> Iterator[Visit]:
    """Fills a database of its own, then tells of each page what `visit` found, as it comes."""
    folder = services.make_folder(database)
    at_home = database == "sqlite"
    url = f"sqlite:///{folder}/chat.sqlite3" if at_home else services.postgres.create_database("admin")
    env = BenchPlace("bench-admin", url, "", folder).env
    size = [f"--{name}={getattr(options, name)}" for name in ("messages", "people", "rooms", "seed")]
    for command in (
        ["migrate", "--verbosity=0"],
        ["seed_large", *size],
        ["collectstatic", "--noinput", "--verbosity=0"],
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
    command = [sys.executable, "-m", "bench.admin.visit", str(options.seed)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as visiting:
        assert visiting.stdout  # noqa: S101 - it was asked for
        for line in visiting.stdout:
            visit = json.loads(line)
            print(f"{database:<10} {visit['ms']:6.0f} ms {visit['queries']:3} queries  {_address(visit)}", flush=True)
            yield visit
    if visiting.returncode:
        raise SystemExit(visiting.returncode)


def _address(visit: Visit) -> str:
    action = (visit["data"] or {}).get("action")
    return f"{visit['url']} {action or ''}"


def _table(found: dict[str, list[Visit]]) -> list[list[str]]:
    """The slowest page of each kind, and the most queries of any."""
    kinds: dict[tuple[str, str], dict[str, list[Visit]]] = {}
    for database, visits in found.items():
        for visit in visits:
            kinds.setdefault((visit["model"], visit["kind"]), {}).setdefault(database, []).append(visit)
    rows = [["pages of", "kind", "how many", *(f"{name}, slowest" for name in found), "most queries"]]
    for (model, kind), by_database in kinds.items():
        every = [visit for visits in by_database.values() for visit in visits]
        slowest = [f"{max((visit['ms'] for visit in by_database.get(name, [])), default=0):.0f} ms" for name in found]
        count = str(max(map(len, by_database.values())))
        rows.append([model or "all", kind, count, *slowest, str(max(visit["queries"] for visit in every))])
    return rows


def _write(page: Path, table: list[list[str]], size: str) -> None:
    start, end = (mark.format("admin") for mark in MARKS)
    before, _, rest = page.read_text().partition(start)
    _old, _, after = rest.partition(end)
    page.write_text(
        "\n\n".join([before + start, f"{size}; of three openings the quickest.", markdown(table), end]) + after
    )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
