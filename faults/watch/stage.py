"""The lab's stage as people get it: default settings, and the files of the pages."""

from __future__ import annotations

from tests.support.servers import QUIET, Place

from ..stage import Stage


class DefaultPlace(Place):
    """A place whose servers keep every limit and period at its default."""

    @property
    def env(self) -> dict[str, str]:
        return {name: value for name, value in super().env.items() if name not in QUIET}


class PlainStage(Stage):
    """Nothing is sped up."""

    preparations = (("migrate",), ("collectstatic", "--noinput"))

    def place_on(self, database_url: str, redis_url: str) -> Place:
        return DefaultPlace("watch", database_url, redis_url, self.folder)
