"""The endpoint of the lab: a burst into one's own room, and nowhere else."""

import pytest

from tests.support.people import STRANGER, Refused
from tests.support.scene import Scene

BURST = "/api/lab/burst"


async def opened(scene: Scene) -> str:
    """The slug of the owner's room of the lab."""
    browser = scene.browser(scene.owner)
    answer = await browser.ask("POST", "/lab/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/lab/")
    [room] = [room for room in (await browser.call("GET", "/api/rooms"))["rooms"] if room["name"].startswith("Lab ")]
    return str(room["slug"])


async def test_a_burst_arrives_whole_and_in_order(scene: Scene, via: str) -> None:
    slug = await opened(scene)
    driver = scene.driver(via, slug, scene.owner, limit=200)
    await driver.connect()
    keys = (await scene.browser(scene.owner).call("POST", BURST))["keys"]
    came: list[str] = []
    while len(came) < len(keys):
        batch = await driver.next_batch(10)
        assert batch is not None
        came += [message["key"] for message in batch.messages]
    assert came == keys and len(keys) == 200


async def test_who_has_no_lab_bursts_nowhere(brisk_scene: Scene) -> None:
    with pytest.raises(Refused, match="not_found"):
        await brisk_scene.browser(brisk_scene.owner).call("POST", BURST)


async def test_a_stranger_bursts_nowhere(brisk_scene: Scene) -> None:
    with pytest.raises(Refused, match="not_authenticated"):
        await brisk_scene.browser(STRANGER).call("POST", BURST)


async def test_bursts_are_few(brisk_scene: Scene) -> None:
    await opened(brisk_scene)
    browser = brisk_scene.browser(brisk_scene.owner)
    for _ in range(3):
        await browser.call("POST", BURST)
    with pytest.raises(Refused, match="rate_limited") as refused:
        await browser.call("POST", BURST)
    assert refused.value.retry_after


async def test_it_takes_no_other_method(brisk_scene: Scene) -> None:
    answer = await brisk_scene.browser(brisk_scene.owner).ask("GET", BURST)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
