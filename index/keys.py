"""Keys that programs show to be let in where the public is not: a file of their hashes, one line each.

A key is 256 random bits, shown once when it is made; the file holds its name, its SHA-256 and the day it was made, so
whoever reads the file learns no key. (A slow hash is for passwords, which can be guessed; 256 random bits can't.)
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from index.disk import sync, turn

NAME = "keys.txt"
"""What the file is called in the folder of the data."""
PREFIX = "tt_"
"""Keys begin with it: what scans for leaked secrets can find them."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_LINE = re.compile(rf"({_NAME.pattern}) ([0-9a-f]{{64}}) (\d{{4}}-\d\d-\d\d)")
_HEAD = (
    "# Keys of Tìm Tin: name, SHA-256, day made. `timtin keys` changes this file; a line taken out is a key revoked.\n"
)


class BadKey(Exception):
    """A key can't be added or revoked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is let in, as the file knows it."""

    name: str
    digest: str
    made: str


class KeyFile:
    """The keys of an installation; the file need not exist. Threads may share it, and processes."""

    def __init__(self, path: Path, tell: Callable[[str], object] = lambda _: None) -> None:
        """`tell` hears once of each state of the file that can't be read."""
        self._path = path
        self._tell = tell
        self._told = ""
        self._read: tuple[tuple[int, int, int] | None, tuple[Key, ...]] = (None, ())

    def known(self) -> tuple[Key, ...]:
        """Give the keys as the file has them now; costs a look at its time and size. Raises OSError, ValueError."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        state = found.st_mtime_ns, found.st_size, found.st_ino
        if self._read[0] != state:
            self._read = state, _keys(self._path)
        return self._read[1]

    def admits(self, shown: str) -> bool:
        """Say whether a key that somebody shows is one of them; no key is when the file can't be read."""
        digest = _digest(shown)
        try:
            return any(secrets.compare_digest(digest, key.digest) for key in self.known())
        except (OSError, ValueError) as error:
            if str(error) != self._told:
                self._told = str(error)
                self._tell(f"no key is let in: {error}")
            return False

    def add(self, name: str, now: datetime) -> str:
        """Make a key and give it: nothing can show it again. Raises BadKey, OSError, ValueError."""
        if not _NAME.fullmatch(name):
            raise BadKey(f"{name!r} is no name for a key: use up to 60 letters, digits, '.', '_', '-'")
        with self._writing():
            keys = self.known()
            if any(key.name == name for key in keys):
                raise BadKey(f"there is a key {name} already: revoke it first, or choose another name")
            made = PREFIX + secrets.token_urlsafe(32)
            self._write([*keys, Key(name, _digest(made), f"{now:%Y-%m-%d}")])
        return made

    def revoke(self, name: str) -> None:
        """Take a key out. Raises BadKey, OSError, ValueError."""
        with self._writing():
            keys = self.known()
            if all(key.name != name for key in keys):
                raise BadKey(f"there is no key {name}: `timtin keys list` shows those there are")
            self._write([key for key in keys if key.name != name])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Keep other writers out until the file is written."""
        with turn(self._path.with_suffix(".lock"), wait=True):
            yield

    def _write(self, keys: list[Key]) -> None:
        """Put another file in the place of the old one, at once and for good. Its owner may read it, and the group of
        the folder: the service may run as another user of it."""
        lines = [f"{key.name} {key.digest} {key.made}\n" for key in keys]
        with NamedTemporaryFile("w", encoding="utf-8", dir=self._path.parent, delete=False) as file:
            try:
                file.writelines([_HEAD, *lines])
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o640)
                group = self._path.parent.stat().st_gid
                if group != os.fstat(file.fileno()).st_gid:
                    os.chown(file.name, -1, group)
                Path(file.name).replace(self._path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        sync(self._path.parent)


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _keys(path: Path) -> tuple[Key, ...]:
    keys = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"{path}, line {number}: not a key's name, SHA-256 and day; take the line out")
        keys.append(Key(*match.groups()))
    return tuple(keys)
