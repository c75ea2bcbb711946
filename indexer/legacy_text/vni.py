"""VNI, the encoding of the VNI fonts for Windows (VNI-Times and its like): a plain vowel, then a second byte for its
marks; few letters have a byte of their own."""

from __future__ import annotations

import re

from indexer.legacy_text.letters import HOI, HUYEN, NANG, NGA, SAC, toned

_TONES = {"ù": SAC, "ø": HUYEN, "û": HOI, "õ": NGA, "ï": NANG}
_ROOF = {"â": "", "á": SAC, "à": HUYEN, "å": HOI, "ã": NGA, "ä": NANG}
"""Second bytes that put a circumflex on a, e, o, most of them a tone as well."""

_BOWL = {"ê": "", "é": SAC, "è": HUYEN, "ú": HOI, "ü": NGA, "ë": NANG}
"""Second bytes that put a breve on a."""

_HORNED = {"ô": "ơ", "ö": "ư"}
_ALONE = {"ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _pairs() -> dict[str, str]:
    pairs = {base + byte: toned(base, tone) for base in "aeouy" for byte, tone in _TONES.items()}
    pairs |= {base + byte: toned(letter, tone) for base, letter in _HORNED.items() for byte, tone in _TONES.items()}
    for base, roofed in zip("aeo", "âêô", strict=True):
        pairs |= {base + byte: toned(roofed, tone) if tone else roofed for byte, tone in _ROOF.items()}
    return pairs | {"a" + byte: toned("ă", tone) if tone else "ă" for byte, tone in _BOWL.items()}


PAIRS = _pairs() | _HORNED | _ALONE
"""The small letter of one or two small characters."""

_LETTER = re.compile("|".join(sorted(PAIRS, key=len, reverse=True)), re.IGNORECASE)


def decode(text: str) -> str:
    """Give the text of one whose codes were taken for western characters. The plain vowel says whether the letter
    is a capital.

    >>> decode("Thaønh phoá Hoà Chí Minh, ñöôøng Nguyeãn Hueä"), decode("ÑOÀNG BAÈNG")
    ('Thành phố Hồ Chí Minh, đường Nguyễn Huệ', 'ĐỒNG BẰNG')
    """
    return _LETTER.sub(_letter, text)


def _letter(found: re.Match[str]) -> str:
    codes = found.group()
    letter = PAIRS[codes.lower()]
    return letter.upper() if codes[0].isupper() else letter
