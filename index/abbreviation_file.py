"""One's own list of abbreviations as a running process sees it: read again when the file has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from index.abbreviation_lines import Problem
from index.abbreviations import Abbreviations

NAME = "synonyms.txt"
"""What the file is called in the folder of the data."""

Tell = Callable[[Problem], object]

_State = tuple[int, int, int] | str


def _tell_nobody(problem: Problem) -> None:
    """Leave problems to those who ask for them."""


@dataclass(frozen=True, slots=True)
class _Read:
    state: _State
    abbreviations: Abbreviations


class AbbreviationFile:
    """The built-in list and a file of one's own, which need not exist. Threads may share it.

    `tell` hears of each problem once, when the file is read.
    """

    def __init__(self, path: Path, base: Abbreviations | None = None, tell: Tell = _tell_nobody) -> None:
        self.path = path
        self._base = base
        self._tell = tell
        self._lock = Lock()
        self._last: _Read | None = None

    def current(self) -> Abbreviations:
        """Give the entries as the file has them now; costs a look at its time and size.

        Never raises: what can't be used is told in `problems`. When the whole file can't be read, the entries are
        those of the last time it could.
        """
        state = self._state()
        last = self._last
        if last is not None and last.state == state:
            return last.abbreviations
        with self._lock:
            if self._last is None or self._last.state != state:
                self._last = _Read(state, self._read(self._last))
                for problem in self._last.abbreviations.problems:
                    self._tell(problem)
            return self._last.abbreviations

    def _state(self) -> _State:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return "there is none"
        except OSError as error:
            return str(error)
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self, last: _Read | None) -> Abbreviations:
        base = Abbreviations.builtin() if self._base is None else self._base
        try:
            return Abbreviations.read(self.path, base)
        except OSError as error:
            kept = base if last is None else last.abbreviations
            return kept.with_problem(self.path, f"the file can't be read ({error.strerror or error}); mend it")
