"""windows-1258: letters with their vowel mark, tones as characters behind them."""

from __future__ import annotations

import unicodedata

CODES = {
    byte: letter
    for byte in range(0xC0, 0x100)
    if (letter := bytes([byte]).decode("cp1258")) != bytes([byte]).decode("latin-1")
}
"""The characters that differ from Windows' western set; what isn't theirs is the same in both."""


def decode(text: str) -> str:
    """Give the text, composed, of one whose codes were taken for western characters.

    >>> decode("Thành phôì Hà Nôòi, ðýõòc")
    'Thành phố Hà Nội, được'
    """
    return unicodedata.normalize("NFC", text.translate(CODES))
