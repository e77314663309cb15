"""Demo rooms with people and some history, for a first look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from chat import services
from chat.models import Message, Room, User

ROOMS: dict[str, dict[str, Any]] = {
    "Lobby": {"topic": "Say hello, ask anything"},
    "Support": {"topic": "Questions about running this server", "default_transport": "longpoll"},
    "Scores": {"topic": "Tonight's games, as they happen", "default_transport": "poll"},
}

# (room, who, minutes ago, text); a text that starts with "> " answers the message before it.
LINES = [
    ("Lobby", "Ada", 2900, "Good morning. This is our own chat now, on our own machine."),
    ("Lobby", "Bo", 2896, "> Nice. Which connection does it use?"),
    ("Lobby", "Ada", 2895, "All three: WebSocket, long polling and polling. The switch is at the top right."),
    ("Lobby", "Ada", 2895, "You can change it in the middle of a sentence. Nothing gets lost on the way."),
    ("Lobby", "Cleo", 1500, "I am on the train, so I left mine on long polling. Tunnels and all."),
    ("Lobby", "Bo", 1498, "> And it caught up by itself?"),
    ("Lobby", "Cleo", 1497, "Every time. It asks for everything after the last thing it saw."),
    ("Lobby", "Dmitri", 62, "Two tabs, two transports, same room. They agree to the last comma."),
    ("Lobby", "Ada", 58, "שלום, 你好, здравствуйте, and a waving 👋🏽"),
    ("Lobby", "Bo", 12, "Lunch at half past twelve?"),
    ("Lobby", "Cleo", 10, "> Yes. Somewhere with soup."),
    ("Support", "Bo", 1400, "Where do I see who is in a room?"),
    ("Support", "Ada", 1395, "> In the admin, under Rooms. Members and their roles are on the room's page."),
    ("Support", "Dmitri", 300, "What do I need for more than one machine?"),
    (
        "Support",
        "Ada",
        296,
        "> PostgreSQL and Redis, then as many processes as you like; see docs/self-hosting.md.",
    ),
    ("Scores", "Cleo", 95, "Harbour 0 : 0 Mill End, kick-off"),
    ("Scores", "Cleo", 71, "Harbour 1 : 0 Mill End, a header after the corner"),
    ("Scores", "Cleo", 33, "Harbour 1 : 1 Mill End, penalty"),
    ("Scores", "Dmitri", 31, "> That was never a penalty."),
    ("Scores", "Cleo", 4, "Harbour 2 : 1 Mill End, final whistle"),
]


class Command(BaseCommand):
    help = "Makes a few demo rooms with people and history. Does nothing when there are rooms already."

    def handle(self, *args: Any, **options: Any) -> None:
        if Room.objects.exists():
            self.stdout.write("There are rooms already; nothing was added.")
            return
        people = {name: services.sign_up(name, None) for name in sorted({line[1] for line in LINES})}
        rooms = {name: services.create_room(people["Ada"], name=name, **fields) for name, fields in ROOMS.items()}
        for room_name, who, minutes, text in LINES:
            _say(rooms[room_name], people[who], minutes, text)
        self.stdout.write(f"{len(rooms)} demo rooms with {len(LINES)} messages are ready.")


def _say(room: Room, author: User, minutes: int, text: str) -> None:
    quoted = text.startswith("> ")
    last = Room.objects.get(pk=room.pk).last_seq
    body = text.removeprefix("> ")
    posted = services.post_message(
        author, room.pk, key=f"demo-{room.pk}-{last}-seed", body=body, reply_to=last if quoted else None
    )
    # History, so in the past; nobody reads along yet.
    when = timezone.now() - timedelta(minutes=minutes)
    Message.objects.filter(room=room, seq=posted.message.seq).update(created_at=when)
    Message.objects.filter(room=room, kind=Message.Kind.SYSTEM, created_at__gt=when).update(created_at=when)
