"""Which fault comes when: every kind once, in an order that the seed gives, then all of them again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence


def schedule(kinds: Sequence[str], seed: int) -> Iterator[tuple[str, random.Random]]:
    """Endless: the kind of the next fault, and the dice for it."""
    order = random.Random(f"{seed}-schedule")
    number = 0
    while True:
        deck = list(kinds)
        order.shuffle(deck)
        for kind in deck:
            number += 1
            yield kind, random.Random(f"{seed}-fault-{number}")
