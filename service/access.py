"""What the service offers to whom: to the public, to those with a key, or not at all."""

from __future__ import annotations

from flask import request

from service.archive import archive
from service.settings import Access

SCHEME = "Bearer"


class KeyRequired(Exception):
    """The request shows no key, and what it asks for needs one."""


class KeyRefused(Exception):
    """The key that the request shows is none of ours."""


class NotOffered(Exception):
    """What the request asks for is switched off here."""


def admit(access: Access) -> None:
    """Let the request at hand in, or raise KeyRequired, KeyRefused or NotOffered."""
    if access is Access.OFF:
        raise NotOffered
    if access is Access.KEY:
        shown = _shown()
        if shown is None:
            raise KeyRequired
        if not archive().keys.admits(shown):
            raise KeyRefused


def is_admitted() -> bool:
    """Say whether the request at hand shows a key of ours."""
    shown = _shown()
    return shown is not None and archive().keys.admits(shown)


def _shown() -> str | None:
    """Give the key that the request shows; other schemes are other people's business (a proxy's, as a rule)."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.casefold() == SCHEME.casefold() else None
