"""What pyvi takes for a token, and which tokens it may join; in time that grows with the length of the text."""

from __future__ import annotations

import re
import string

_BEFORE_ADDRESS = re.compile(r"[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|==>|->|\.\.\.|>>|\n|\w+://\S+")
_TOKEN = re.compile(_BEFORE_ADDRESS.pattern + r"|\d+(?:[.,_]\d+)+|[^\w\s]|\w+")
"""pyvi's alternatives in pyvi's order, without the one for e-mail addresses between the two: see `_addresses`."""

_LOCAL_PART = string.ascii_letters + string.digits + "_.+-"
_DOMAIN = re.compile(r"(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+")

ALONE, LOWER, TITLE = 0, 1, 2
"""How a token may be joined: not at all, to any other, or (it has a capital) only to one with a capital."""


def tokens_of(text: str) -> list[str]:
    """Find pyvi's tokens.

    >>> tokens_of("Tp.HCM: 1.500 đ/người ==> a-b@c.vn")
    ['Tp.', 'HCM', ':', '1.500', 'đ', '/', 'người', '==>', 'a-b@c.vn']
    """
    tokens: list[str] = []
    done = 0
    for start, at, end in _addresses(text) if "@" in text else ():
        if at <= done:
            continue
        for match in _TOKEN.finditer(text, done):
            here = match.start()
            if here >= at:
                break
            if here >= start and not _BEFORE_ADDRESS.match(text, here):
                tokens.append(text[here:end])
                done = end
                break
            tokens.append(match.group())
            done = match.end()
    return tokens + _TOKEN.findall(text, done)


def joining(text: str) -> int:
    """Say how pyvi lets a token be joined: punctuation (any stretch of ASCII's) and numbers never are.

    >>> joining("xã"), joining("Xã"), joining("19"), joining(":")
    (1, 2, 0, 0)
    """
    if text in string.punctuation or text[0].isdigit():
        return ALONE
    return TITLE if text[0].istitle() else LOWER


def _addresses(text: str) -> list[tuple[int, int, int]]:
    """Find e-mail addresses: where the local part starts, where the `@` is, where the domain ends.

    pyvi's rule is [a-zA-Z0-9_.+-]+@([a-zA-Z0-9-]+\\.)+[a-zA-Z0-9-]+, tried at each letter of the local part, which
    costs time squared on a long one. But the rule holds at one of its letters if it holds at all of them.

    >>> _addresses("gửi:a-b@c.vn")
    [(4, 7, 12)]
    """
    found = []
    at = -1
    for part in text.split("@")[:-1]:
        at += len(part) + 1
        local_part = len(part) - len(part.rstrip(_LOCAL_PART))
        domain = _DOMAIN.match(text, at + 1) if local_part else None
        if domain:
            found.append((at - local_part, at, domain.end()))
    return found
