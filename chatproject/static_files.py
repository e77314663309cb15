"""Static files under hashed names, our scripts without comments and white space."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import rjsmin  # type: ignore[import-untyped]
from django.core.files.base import ContentFile, File
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

    def post_process(self, paths: dict[str, Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        # A hash stands for what browsers get, not for its source.
        stored = {name: (self, name) for name in paths if _is_script(name)}
        yield from super().post_process({**paths, **stored}, *args, **kwargs)

    def _save(self, name: str, content: File[Any]) -> str:
        if _is_script(name):
            source = b"".join(content.chunks()).decode()
            content = ContentFile(rjsmin.jsmin(source).encode())
        return str(super()._save(name, content))


def _is_script(name: str) -> bool:
    return name.startswith("chat/js/") and name.endswith(".js")
