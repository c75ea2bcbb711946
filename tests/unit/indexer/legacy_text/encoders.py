"""Vietnamese written in the old encodings, as the programs of their time did, so that it can be read back."""

from __future__ import annotations

import re
import unicodedata

from indexer.legacy_text import tcvn3, viqr, vni
from indexer.legacy_text.detection import Encoding
from indexer.legacy_text.letters import TONES, as_western

_TCVN3 = {letter: chr(code) for code, letter in tcvn3.CODES.items() if letter not in tcvn3._CAPITALS}
_VNI = {letter: codes for codes, letter in vni.PAIRS.items()}
_VIQR = {"\u0302": "^", "\u0306": "(", "\u031b": "+", "\u0301": "'", "\u0300": "`", "\u0309": "?", "\u0303": "~"} | {
    "\u0323": "."
}


def to_tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(char) or _TCVN3.get(char.lower(), char) for char in text)


def to_vni(text: str) -> str:
    def codes(char: str) -> str:
        found = _VNI.get(char.lower(), char)
        return found.upper() if char.isupper() else found

    return "".join(map(codes, text))


def to_viqr(text: str) -> str:
    escaped = re.sub(r"(?<=[^\W\d_])([.?'`~^(+*])", r"\\\1", text)
    typed = "".join(_VIQR.get(char, char) for char in unicodedata.normalize("NFD", escaped))
    return typed.replace("đ", "dd").replace("Đ", "DD")


def to_windows_1258_bytes(text: str) -> bytes:
    def codes(char: str) -> bytes:
        apart = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in TONES))
        return (base + "".join(mark for mark in apart if mark in TONES)).encode("cp1258")

    return b"".join(map(codes, text))


def to_windows_1258(text: str) -> str:
    return as_western(to_windows_1258_bytes(text))


def to_double_utf8(text: str) -> str:
    return as_western(text.encode())


ENCODERS = {
    Encoding.TCVN3: to_tcvn3,
    Encoding.VNI: to_vni,
    Encoding.VIQR: to_viqr,
    Encoding.WINDOWS_1258: to_windows_1258,
    Encoding.DOUBLE_UTF8: to_double_utf8,
}

assert set(_VIQR.values()) <= set(viqr.MARKS)
