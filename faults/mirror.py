"""What one reader holds of a room: the newest state of each message, and the cursor that it is as of."""

from __future__ import annotations

from typing import Any

from tests.support.drivers import Batch

from .records import Delivered, Final, History, State


class Mirror:
    """Applies batches as a client does: drops versions that it has, starts anew on a reset."""

    def __init__(self, history: History, room: int, user: int) -> None:
        self.history = history
        self.room = room
        self.user = user
        self.cursor: str | None = None
        self.floor = 0
        self.states: dict[int, State] = {}

    @property
    def position(self) -> tuple[str, int]:
        """The epoch and the number of the cursor; ("", 0) before the first load."""
        epoch, _colon, number = (self.cursor or ":0").rpartition(":")
        return epoch, int(number)

    def load(self, said: dict[str, Any]) -> None:
        """The first state of the room."""
        self._start_anew(said["cursor"], said["messages"], "load", load=True)

    def take(self, batch: Batch, after: str, via: str) -> None:
        """A batch that was asked for with the cursor `after`."""
        if batch.reset:
            self._start_anew(batch.cursor, batch.messages, via, reset=True)
            return
        number = int(after.rpartition(":")[2])
        self.cursor = batch.cursor
        self._record(number, batch.messages, via)

    def final(self) -> Final:
        """What it holds now."""
        epoch, number = self.position
        return Final(self.room, self.user, epoch, number, self.floor, dict(self.states))

    def _start_anew(self, cursor: str, messages: list[dict[str, Any]], via: str, **kind: bool) -> None:
        self.states.clear()
        self.cursor = cursor
        self.floor = min((message["seq"] for message in messages), default=self.position[1] + 1)
        self._record(0, messages, via, **kind)

    def _record(self, after: int, messages: list[dict[str, Any]], via: str, **kind: bool) -> None:
        epoch, upto = self.position
        states = tuple(State.of(message) for message in messages)
        at = self.history.tick()
        if states or kind or upto != after:
            record = Delivered(at, self.room, self.user, epoch, after, upto, states, via, **kind)
            self.history.delivered.append(record)
        for state in states:
            known = self.states.get(state.seq)
            if known is None or known.version < state.version:
                self.states[state.seq] = state
