"""Text as the archive keeps it: NFC, without controls, otherwise as printed."""

from __future__ import annotations

import re
import unicodedata

_UNPRINTED = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
"""Controls, soft hyphens, zero-width blanks, direction marks, lone surrogates; joiners stay (emoji need
them)."""

_LINE_ENDS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")


def clean(text: str) -> str:
    """Compose letters, take out what can't be printed, write every line end as a line feed.

    >>> clean("Đa\\u0309ng\\x00 bô\\u0323\\r\\nSở")
    'Đảng bộ\\nSở'
    """
    if text.isascii() and text.isprintable():
        return text
    unified = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", _UNPRINTED.sub("", unified))


def paragraphs(text: str) -> str:
    """Give cleaned text with one paragraph a line: indentation, blank lines and trailing blanks gone.

    >>> paragraphs("\\u00a0 \\u00a0 Một.\\u00a0\\n\\n\\u00a0\\nHai.")
    'Một.\\nHai.'
    """
    return "\n".join(stripped for line in clean(text).split("\n") if (stripped := line.strip()))


def one_line(text: str) -> str:
    """Give cleaned text as one line, every run of blanks a single one: titles, names, captions.

    >>> one_line(" Trần\\u00a0Thanh \\n Hưng ")
    'Trần Thanh Hưng'
    """
    return " ".join(clean(text).split())
