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
    if access is Access.KEY and not shows_a_key():
        raise KeyRequired


def shows_a_key() -> bool:
    """Say whether the request at hand shows a key of ours; raises KeyRefused when it shows another one."""
    shown = request.headers.get("Authorization", "")
    if not shown:
        return False
    scheme, _, key = shown.partition(" ")
    if scheme.casefold() != SCHEME.casefold() or not archive().keys.admits(key.strip()):
        raise KeyRefused
    return True
