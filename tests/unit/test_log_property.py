"""Whatever is posted, repeated, edited and deleted: readers from every cursor end with the same list as a plain model."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import history, services, wire
from chat.errors import ChatError
from chat.models import Room, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["post", "repeat", "edit", "delete", "topic", "read"]), st.integers(0, 9), st.integers(1, 4)
    ),
    max_size=25,
)


@dataclass
class Reader:
    """A client: a cursor, and the messages that it has."""

    epoch: str
    cursor: int
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    versions: list[int] = field(default_factory=list)

    def read(self, room_id: int, limit: int) -> bool:
        """One batch; True when there is more."""
        part = history.after(room_id, self.epoch, self.cursor, limit)
        assert not part.reset
        for change in part.changes:
            self.versions.append(change.number)
            if change.seq > wire.ROOM:
                self.messages[change.seq] = json.loads(change.data)
        self.cursor = part.end
        return part.more


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_readers_from_every_cursor_end_with_the_list_of_the_model(ada: User, steps: list[tuple[str, int, int]]) -> None:
    room = services.create_room(ada, name="Property")
    start = Room.objects.get(pk=room.pk).last_seq
    model: list[tuple[int, str]] = []  # (seq, body), an empty body is a tombstone
    keys: list[tuple[str, str]] = []
    readers = [Reader(room.epoch, start)]
    for number, (step, which, limit) in enumerate(steps):
        if step == "post":
            key, body = f"key-of-step-{number}", f"text {number}"
            posted = services.post_message(ada, room.pk, key=key, body=body)
            model.append((posted.message.seq, body))
            keys.append((key, body))
        elif step == "repeat" and keys:
            key, body = keys[which % len(keys)]
            assert not services.post_message(ada, room.pk, key=key, body=body).created
        elif step == "edit" and model:
            _edit(ada, room, model, which % len(model), f"edit {number}")
        elif step == "delete" and model:
            seq, _body = model[which % len(model)]
            services.delete_message(ada, room.pk, seq)
            model[which % len(model)] = (seq, "")
        elif step == "topic":
            services.update_room(ada, room.pk, topic=f"topic {number}")
        elif step == "read":
            readers.append(Reader(room.epoch, start))
            readers[which % len(readers)].read(room.pk, limit)
    for reader in readers:
        while reader.read(room.pk, 3):
            pass
        assert [(seq, message["body"]) for seq, message in sorted(reader.messages.items())] == model
        assert reader.versions == sorted(set(reader.versions)), "in order, none twice"


def _edit(actor: User, room: Room, model: list[tuple[int, str]], index: int, body: str) -> None:
    seq, before = model[index]
    try:
        services.edit_message(actor, room.pk, seq, body)
    except ChatError as refusal:
        assert (refusal.code, before) == ("not_found", "")
        return
    model[index] = (seq, body)
