"""The three transports beside each other, measured from the command line against any chat of this kind."""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.comparison import report
from chat.comparison.progress import Bar
from chat.comparison.readers import READERS
from chat.comparison.run import Options, Result, Told, compare
from chat.comparison.visitors import Refused

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
BOUNDS = {"clients": (1, 200), "rate": (0.1, 50), "seconds": (1, 600), "poll_every": (0, 60)}
STARTING_S = 120
"""For entering and for what comes last, on top of the seconds that were asked for."""


class Command(BaseCommand):
    help = (
        "Measures polling, long polling and WebSocket side by side: the same messages to N clients of each. Enters as "
        "guests, keeps to the site's limits, and writes into the room: its messages stay there. Ctrl-C ends it early."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000", help="such as https://chat.example.org")
        parser.add_argument("--room", help="its address; on this machine `lobby` when it is not given")
        parser.add_argument("--clients", type=int, default=5, help="of each transport")
        parser.add_argument("--rate", type=float, default=2, help="messages a second")
        parser.add_argument("--seconds", type=float, default=30)
        parser.add_argument("--poll-every", type=float, default=0, help="seconds; the room's interval is the least")
        parser.add_argument("--transports", nargs="+", choices=sorted(READERS), default=list(READERS))
        parser.add_argument("--session", default="", help="key of a session to use, instead of entering as guests")
        parser.add_argument("--session-cookie", default=settings.SESSION_COOKIE_NAME, help="its cookie's name")
        parser.add_argument("--json", type=Path, default=settings.DATA_DIR / "compare_transports.json", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = _asked(options)
        bar = Bar(self.stderr)
        try:
            result = asyncio.run(_run(asked, bar))
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        except (Refused, OSError) as problem:
            raise CommandError(str(problem) or "The site did not answer in time.") from None
        finally:
            bar.end()
        options["json"].write_text(json.dumps(report.as_json(result), indent=2) + "\n")
        self.stdout.write(f"{report.table(result)}\n")
        for note in [*report.notes(result), f"Written to {options['json']}."]:
            self.stdout.write(note)


def _asked(options: dict[str, Any]) -> Options:
    """Raises CommandError for what cannot be measured."""
    for name, (low, high) in BOUNDS.items():
        if not low <= options[name] <= high:
            raise CommandError(f"--{name.replace('_', '-')} goes from {low} to {high}.")
    parts = urlsplit(options["url"])
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise CommandError("Give the address of a site, such as https://chat.example.org")
    room = options["room"] or ("lobby" if parts.hostname in LOOPBACK else "")
    if not room:
        raise CommandError("Say with --room which room to write into: messages stay there.")
    return Options(
        url=f"{parts.scheme}://{parts.netloc}",
        room=room,
        clients=options["clients"],
        rate=options["rate"],
        seconds=options["seconds"],
        pause_s=options["poll_every"],
        session=options["session"],
        cookie=options["session_cookie"],
        transports=tuple(name for name in READERS if name in options["transports"]),
    )


async def _run(options: Options, told: Told) -> Result:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop_early() -> None:
        # The second Ctrl-C does not wait for what was measured.
        loop.remove_signal_handler(signal.SIGINT)
        stop.set()

    with suppress(NotImplementedError, RuntimeError):  # not on Windows, and not outside the main thread
        loop.add_signal_handler(signal.SIGINT, stop_early)
    async with asyncio.timeout(options.seconds + STARTING_S):
        return await compare(options, stop, told)
