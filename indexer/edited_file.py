"""A text that people edit by hand, changed by a command: whole or not at all, by one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.disk import replace_durably, turn


def change(path: Path, edit: Callable[[bytes], bytes | None]) -> bool:
    """Edit the file whole or not at all, one process at a time; say whether `edit` gave something. Raises OSError."""
    path = path.resolve()
    # Not the folder is locked: in it stands the store, which is open for hours where sources are followed.
    with turn(path.with_name(f".{path.name}.lock"), wait=True):
        before = path.read_bytes() if path.exists() else b""
        after = edit(before)
        if after is not None and after != before:
            replace_durably(path, after)
        return after is not None
