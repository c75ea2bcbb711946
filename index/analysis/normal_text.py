"""Text as the analysis reads it: NFC, without invisible characters, with the way back to the original offsets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.analysis.letters import FAMILIAR, letters

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Controls that are no blanks, soft hyphens, zero-width and direction marks, lone surrogates: unseen inside words."""

_MARK = "[\u0300-\u036f]"
_CLUSTER = re.compile(f".{_MARK}*", re.DOTALL)
_LEFT_OVER = re.compile(_MARK)
_UNFAMILIAR = re.compile(f"[\\s\\S]?[^{re.escape(''.join(FAMILIAR))}]+")
"""Characters that may have to be looked at, and the one before them, with which they may be composed."""
_UNWANTED = re.compile(f"{_INVISIBLE.pattern[:-1]}{_MARK[1:]}")


@dataclass(frozen=True, slots=True)
class NormalText:
    """Normalised text; character i came from original[starts[i]:ends[i]] (None: nothing has moved)."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None
    letters: bytes | None = None
    """What `letters` gives for the text."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Give the original offsets of the non-empty stretch [start, end) of the normalised text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normal_text(original: str) -> NormalText:
    """Compose letters and take out what can't be seen.

    >>> normal_text("Đảng\\u200b uỷ").text
    'Đảng uỷ'
    """
    written = letters(original)
    if written is not None:
        return NormalText(original, letters=written)
    if unicodedata.is_normalized("NFC", original) and not _UNWANTED.search(original):
        return NormalText(original)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for stretch in _UNFAMILIAR.finditer(original):
        start, end = stretch.span()
        pieces.append(original[done:start])
        starts.extend(range(done, start))
        ends.extend(range(done + 1, start + 1))
        visible = [at for at in range(start, end) if not _INVISIBLE.match(original, at)]
        done = end
        for cluster in _CLUSTER.finditer("".join(map(original.__getitem__, visible))):
            composed = _LEFT_OVER.sub("", unicodedata.normalize("NFC", cluster.group()))
            pieces.append(composed)
            starts.extend([visible[cluster.start()]] * len(composed))
            ends.extend([visible[cluster.end() - 1] + 1] * len(composed))
    pieces.append(original[done:])
    starts.extend(range(done, len(original)))
    ends.extend(range(done + 1, len(original) + 1))
    text = "".join(pieces)
    return NormalText(text, starts, ends, letters(text))
