"""What is said and kept about a conversion."""

from __future__ import annotations

from indexer.legacy_text.detection import Encoding

RULE = "encoding"
"""The rule that says from which encoding an article was converted."""

_NAMES = {
    Encoding.TCVN3: "TCVN3 (ABC)",
    Encoding.VNI: "VNI",
    Encoding.VIQR: "VIQR",
    Encoding.WINDOWS_1258: "windows-1258",
    Encoding.DOUBLE_UTF8: "UTF-8 written as UTF-8 again",
}


def rule_of(encoding: str, confidence: float) -> str:
    """Say what was done, for the store.

    >>> rule_of("tcvn3", 0.973)
    'tcvn3, confidence 0.97'
    """
    return f"{encoding}, confidence {confidence:.2f}"


def warning_of(encoding: str, article_id: str) -> tuple[str, ...]:
    """Say what was done, for the report; UTF-16 is what its bytes say, and worth no word."""
    if encoding not in _NAMES:
        return ()
    name = _NAMES[Encoding(encoding)]
    return (f"the text was {name}, converted; `timtin legacy undo {article_id}` keeps it as it was",)
