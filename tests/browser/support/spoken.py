"""A room in which somebody has spoken."""

from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.support.scene import Room, Scene


async def spoken(visits: Visits, scene: Scene, *texts: str, room: Room | None = None) -> tuple[RoomPage, list[int]]:
    """A page of the owner in which these messages of theirs stand; their places."""
    room = room or scene.room()
    places = [scene.post(room, scene.owner, text)["seq"] for text in texts]
    return await visits.room(scene.owner, room), places
