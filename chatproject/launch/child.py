"""Programs that live and die with the launcher."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
GRACE_S = 20.0  # longer than a server takes to send everybody away


class Child:
    """One running program. `name` is for people; `log` is None when its output goes to the terminal."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path | None) -> None:
        self.name = name
        self.process = process
        self.log = log

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str], env: Mapping[str, str], *, given: bytes = b"", log: Path | None = None
    ) -> Child:
        """Start `command` with `given` on its standard input; its output goes to the terminal, or to the file `log`."""
        launcher = os.getpid()
        with contextlib.ExitStack() as files:
            output = files.enter_context(log.open("wb")) if log else None
            process = await asyncio.create_subprocess_exec(
                *command,
                env=env,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops its children in order
                preexec_fn=lambda: _die_with(launcher),
            )
        if process.stdin is not None:
            process.stdin.write(given)
            process.stdin.close()
        return cls(name, process, log)

    @property
    def running(self) -> bool:
        return self.process.returncode is None

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when it is still there after GRACE_S or when the wait is cancelled (a second Ctrl-C)."""
        if not self.running:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), GRACE_S)
        except (TimeoutError, asyncio.CancelledError):
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


def _die_with(launcher: int) -> None:
    """In the child: ask Linux for SIGTERM when the launcher ends in whatever way, kill -9 included."""
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != launcher:  # it ended before we had asked
        os._exit(1)
