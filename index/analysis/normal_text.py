"""Text as the analysis reads it: NFC, without invisible characters, with the way back to the original offsets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Controls that are no blanks, soft hyphens, zero-width and direction marks, lone surrogates: unseen inside words."""

_UNFAMILIAR = re.compile("[^\t\n\r -~\u00a0-\u00ac\u00ae-\u024f\u1ea0-\u1ef9\u2010-\u2027\u2030-\u205e\u20ab]")
"""What isn't a letter of Latin script or a sign that texts are full of, all of them seen, and composed if they can be:
a text without any is as it should be, which is known soonest like this."""

_MARK = "[\u0300-\u036f]"
_CLUSTER = re.compile(f".{_MARK}*", re.DOTALL)
_LEFT_OVER = re.compile(_MARK)
_UNWANTED = re.compile(f"{_INVISIBLE.pattern[:-1]}{_MARK[1:]}")


@dataclass(frozen=True, slots=True)
class NormalText:
    """Normalised text; character i came from original[starts[i]:ends[i]] (None: nothing has moved)."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

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
    if not _UNFAMILIAR.search(original):
        return NormalText(original)
    if unicodedata.is_normalized("NFC", original) and not _UNWANTED.search(original):
        return NormalText(original)
    hidden = {match.start() for match in _INVISIBLE.finditer(original)}
    kept = [i for i in range(len(original)) if i not in hidden]
    visible = "".join(original[i] for i in kept)
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(visible):
        composed = _LEFT_OVER.sub("", unicodedata.normalize("NFC", cluster.group()))
        start, end = kept[cluster.start()], kept[cluster.end() - 1] + 1
        letters.append(composed)
        starts.extend([start] * len(composed))
        ends.extend([end] * len(composed))
    return NormalText("".join(letters), starts, ends)
