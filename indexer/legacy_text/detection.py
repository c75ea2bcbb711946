"""In which encoding is a text? Every one is tried; the one that makes most Vietnamese of it is believed, if what there
was before was clearly none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indexer.legacy_text import double_utf8, tcvn3, viqr, vni, windows_1258
from indexer.legacy_text.evidence import NONE, Evidence, evidence, syllables, viqr_evidence
from indexer.legacy_text.first_look import looks_old
from indexer.legacy_text.letters import UNICODE_ONLY

CERTAIN_ENOUGH = 0.7
"""Confidence from which a text is converted."""

_BY_CHANCE = 0.4
"""So many words of a text in an old encoding may be syllables as they stand."""

_LUCK = 0.6
"""How likely one more word becomes a syllable by luck; so many in a row that the rest is taken for proof."""

_MOST = 0.99
"""Nothing is surer."""

_SAMPLE = 100_000
"""Characters looked at."""


class Encoding(StrEnum):
    """The encodings that are recognised in text."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    VIQR = "viqr"
    WINDOWS_1258 = "windows-1258"
    DOUBLE_UTF8 = "double utf-8"


DECODERS: dict[Encoding, Callable[[str], str]] = {
    Encoding.TCVN3: tcvn3.decode,
    Encoding.VNI: vni.decode,
    Encoding.VIQR: viqr.decode,
    Encoding.WINDOWS_1258: windows_1258.decode,
    Encoding.DOUBLE_UTF8: double_utf8.decode,
}


@dataclass(frozen=True, slots=True)
class Detected:
    """An encoding (None: Unicode as it should be, or nothing that is known), how sure that is (0 to 1), and the
    evidence: the marked words as they stand and as they are read."""

    encoding: Encoding | None = None
    confidence: float = 0.0
    before: Evidence = NONE
    after: Evidence = NONE


UNICODE = Detected()
"""Nothing to convert."""


def detect_in(parts: Sequence[str]) -> Detected:
    """Find the encoding of a document by those of its parts (fields, lines) that gain from it."""
    suspects = _sample([part for part in parts if looks_old(part)])
    if not suspects:
        return UNICODE
    found = [_detected(encoding, suspects) for encoding in Encoding]
    return max(found, key=lambda one: (one.confidence, one.after.valid))


def gains(encoding: Encoding, part: str) -> tuple[Evidence, Evidence]:
    """Give a part's evidence as it stands and as it is read in an encoding; none for parts in which letters stand
    that the encoding doesn't have."""
    if encoding is not Encoding.DOUBLE_UTF8 and UNICODE_ONLY.search(part):
        return Evidence(), Evidence()
    decoded = DECODERS[encoding](part)
    after = viqr_evidence(part, decoded) if encoding is Encoding.VIQR else evidence(decoded)
    return evidence(part), after


def _detected(encoding: Encoding, parts: list[str]) -> Detected:
    before = after = Evidence()
    fresh: set[str] = set()
    for part in parts:
        was, becomes = gains(encoding, part)
        if becomes.valid > was.valid:
            before, after = before + was, after + becomes
            fresh |= syllables(DECODERS[encoding](part)) - syllables(part)
    confidence = _confidence(before, after, len(fresh))
    return Detected(encoding, confidence, before, after) if confidence else UNICODE


def _confidence(before: Evidence, after: Evidence, fresh: int) -> float:
    """Weigh the share of syllables after conversion by what there was before, and by the number of words: of `fresh`
    ones, those that are syllables only now, each counted once.

    >>> [round(_confidence(Evidence(9, was), Evidence(9, 9), new), 2) for was, new in ((1, 8), (1, 2), (8, 1))]
    [0.98, 0.64, 0.07]
    """
    won = min(after.valid - before.valid, fresh)
    if won <= 0:
        return 0.0
    bad_before = 1 - max(0.0, before.share - _BY_CHANCE) / (1 - _BY_CHANCE)
    return min(after.share * bad_before * (1 - _LUCK**won), _MOST)


def _sample(parts: list[str]) -> list[str]:
    """Take parts up to so many characters; a part that is too long is cut."""
    taken, left = [], _SAMPLE
    for part in parts:
        if left <= 0:
            break
        taken.append(part[:left])
        left -= len(part)
    return taken
