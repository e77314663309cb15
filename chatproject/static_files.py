"""Static files under hashed names."""

from __future__ import annotations

import logging

from servestatic.storage import CompressedManifestStaticFilesStorage

log = logging.getLogger("chat.static")


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed files that may be cached for ever.

    A file that was not collected costs its looks, not the page: without this even the page for errors would fail.
    """

    def stored_name(self, name: str) -> str:
        try:
            return str(super().stored_name(name))
        except ValueError:
            log.error("%s is not collected: run manage.py collectstatic.", name)
            return name
