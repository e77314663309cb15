"""The log against a plain list: posts, edits, deletions, retries, and reads from any cursor, in any order."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.support.fleet import DATABASES, Fleet
from tests.support.operator import Operator, OperatorRefused

KEYS = st.integers(0, 5).map("key-of-the-model-{}".format)
"""Few, so that keys are met again."""

BODIES = st.sampled_from(["one", "two", "three\nlines", "🙂"])
Row = dict[str, Any]


@dataclass
class Model:
    """What a room's log is: rows by place, and a counter."""

    last: int
    rows: dict[int, Row] = field(default_factory=dict)
    sent: dict[tuple[int, str], tuple[int, str]] = field(default_factory=dict)

    def next(self) -> int:
        self.last += 1
        return self.last

    def post(self, author: int, key: str, body: str) -> Row | None:
        """The row of the message; None for a conflict."""
        if (author, key) in self.sent:
            seq, first = self.sent[author, key]
            return self.rows[seq] if body == first else None
        number = self.next()
        self.sent[author, key] = number, body
        self.rows[number] = {"seq": number, "version": number, "author": author, "body": body, "deleted": False}
        return self.rows[number]

    def change(self, seq: int, body: str, deleted: bool) -> Row:
        row = self.rows[seq]
        if (row["body"], row["deleted"]) != (body, deleted):
            row.update(body=body, deleted=deleted, version=self.next())
        return row

    def after(self, number: int) -> list[Row]:
        newer = [row for row in self.rows.values() if row["version"] > number]
        return sorted(newer, key=lambda row: int(row["version"]))


def plain(message: Row) -> Row:
    """The fields of a wire message that the model knows."""
    return {name: message[name] for name in ("seq", "version", "body", "deleted")} | {"author": message["author"]["id"]}


class LogMachine(RuleBasedStateMachine):
    """Two people in one room. `operator` is set by the test."""

    operator: Operator
    messages: Bundle[int] = Bundle("messages")

    @initialize()
    def open_room(self) -> None:
        self.people = [self.operator("make_person")["id"] for _ in range(2)]
        self.room = self.operator("make_room", owner=self.people[0])["id"]
        self._set_role(self.people[1], "member")
        position = self._position()
        self.epoch = position["epoch"]
        self.first = position["last_seq"]
        self.model = Model(self.first)

    @rule(target=messages, who=st.integers(0, 1), key=KEYS, body=BODIES)
    def post(self, who: int, key: str, body: str) -> int:
        expected = self.model.post(self.people[who], key, body)
        try:
            message, *_more = self._act("post_message", who, key=key, body=body)
        except OperatorRefused as refused:
            assert (refused.code, expected) == ("conflict", None)
            return self.model.sent[self.people[who], key][0]
        assert plain(message) == expected
        return int(message["seq"])

    @rule(seq=messages, who=st.integers(0, 1), body=BODIES)
    def edit(self, seq: int, who: int, body: str) -> None:
        row = self.model.rows[seq]
        try:
            message = self._act("edit_message", who, seq=seq, body=body)
        except OperatorRefused as refused:
            own = row["author"] == self.people[who]
            assert refused.code == ("not_found" if own else "forbidden") and (row["deleted"] or not own)
            return
        assert plain(message) == self.model.change(seq, body, deleted=False)

    @rule(seq=messages | consumes(messages), who=st.integers(0, 1))
    def delete(self, seq: int, who: int) -> None:
        row = self.model.rows[seq]
        try:
            message = self._act("delete_message", who, seq=seq)
        except OperatorRefused as refused:
            assert refused.code == "forbidden" and who == 1 and row["author"] != self.people[1]
            return
        assert plain(message) == self.model.change(seq, "", deleted=True)

    @rule(topic=st.sampled_from(["tea", "coffee"]))
    def rename_topic(self, topic: str) -> None:
        before = self._position()
        self.operator("update_room", actor=self.people[0], room=self.room, topic=topic)
        after = self._position()
        assert after["version"] in (before["version"], after["last_seq"])
        self.model.last = after["last_seq"]

    @rule(back=st.integers(0, 40), limit=st.integers(1, 7))
    def read_from_any_cursor(self, back: int, limit: int) -> None:
        number = max(self.first, self.model.last - back)
        expected, got, more = self.model.after(number), [], True
        while more:
            batch = self.operator("read_after", room=self.room, epoch=self.epoch, number=number, limit=limit)
            assert len(batch["messages"]) <= limit and not batch["reset"]
            got += [plain(message) for message in batch["messages"]]
            number, more = int(batch["cursor"].split(":")[1]), batch["more"]
        assert got == expected
        assert number == self.model.last

    @rule(ahead=st.integers(1, 5))
    def read_from_the_future(self, ahead: int) -> None:
        batch = self.operator("read_after", room=self.room, epoch=self.epoch, number=self.model.last + ahead)
        assert batch["reset"] and batch["cursor"] == f"{self.epoch}:{self.model.last}"
        assert [plain(row) for row in batch["messages"] if row["kind"] == "text"] == self.model.after(0)

    @rule(limit=st.integers(1, 7))
    def read_history_backwards(self, limit: int) -> None:
        pages: list[Row] = []
        page = {"more": True, "messages": [{"seq": self.model.last + 1}]}
        while page["more"]:
            first = page["messages"][0]["seq"]  # type: ignore[index]
            page = self.operator("read_before", room=self.room, seq=first, limit=limit)
            pages[:0] = [plain(row) for row in page["messages"] if row["kind"] == "text"]
        assert pages == [self.model.rows[seq] for seq in sorted(self.model.rows)]

    @invariant()
    def the_counter_is_the_models(self) -> None:
        assert self._position()["last_seq"] == self.model.last

    def _act(self, action: str, who: int, **arguments: Any) -> Any:
        return self.operator("act", action=action, actor=self.people[who], room=self.room, **arguments)

    def _set_role(self, user: int, role: str) -> None:
        self._act("set_role", 0, user_id=user, role=role)

    def _position(self) -> Row:
        position: Row = self.operator("position", room=self.room)
        return position


@pytest.mark.parametrize("database", DATABASES)
def test_the_log_behaves_like_a_list(fleet: Fleet, database: str) -> None:
    place = fleet.server("daphne", database).place
    machine = type("Machine", (LogMachine,), {"operator": fleet.operator(place)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
