"""The id of an article that comes without one, and the names by which it is known again.

Two readings of one article must get one id, and two articles never the same: a wrong match loses an article,
a missed one only shows it twice. So:

1. a given id is kept, byte for byte;
2. an address names one article: the hash of the url;
3. title, publisher and the very second of publication name one article, so that a corrected text replaces
   the old one: their hash. A time of 00:00:00 is not believed (exports fill it in), nor are articles of
   unnamed publishers matched: "Thông báo" of one day may be a dozen articles;
4. anything else is only the same if the text is: the hash of title, publisher, date and body.

The publisher enters as printed, so ids outlive a change of how publishers' names are written.

An article without a given id that is already there under another name (the same address written otherwise, the same
text at another address) is that article: `indexer.store.names` keeps the names.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import time
from functools import lru_cache
from hashlib import blake2b

from index.article import Article
from indexer.addresses import BadAddress, canonical

MAX_ID_CHARACTERS = 200

LEAST_TEXT = 200
"""Characters of a body that may name its article wherever it stands: shorter ones are printed again and again."""

_MADE = re.compile(r"[upc]-[0-9a-f]{24}")
_HOST = re.compile(r"^address:|(?:[/?#]|:\d+(?:[/?#]|$)).*", re.DOTALL)
"""What isn't the host in an address name."""

_ADDRESS = re.compile(r"https?://([^/?#]*)([^#]*).*", re.IGNORECASE | re.DOTALL)


def article_id(article: Article) -> str:
    """Give an article's id, from its own if it has one; see the module's rules."""
    if article.id:
        return article.id
    if article.url:
        return "u-" + _hash(article.url)
    if key := _moment(article):
        return "p-" + key
    return "c-" + _text(article)


def is_made(article_id: str) -> bool:
    """Say whether an id was made here, or may have been.

    >>> is_made("u-0123456789abcdef01234567"), is_made("bai-17")
    (True, False)
    """
    return _MADE.fullmatch(article_id) is not None


@lru_cache(maxsize=1_024)
def address_name(url: str) -> str:
    """Give the name that an address is to its article, alike for http and https, with and without www, however the
    host is written and whoever is followed to it.

    >>> address_name("HTTP://Bao.example.vn:80/tin/") == address_name("https://www.bao.example.vn/tin?fbclid=1#cuoi")
    True
    """
    with suppress(BadAddress):  # what is no proper address still names its article
        url = canonical(url)
    match = _ADDRESS.fullmatch(url)
    if match is None:
        return f"address:{url}"
    host = re.sub(r":(?:80|443)?$", "", match[1].lower()).removeprefix("www.")
    return f"address:{host}{match[2].rstrip('/')}"


def are_of_one_site(one: str, other: str) -> bool:
    """Say whether two address names are of one site: the same host, or one within the other.

    >>> bao = address_name("https://www.bao.example.vn/tin/1")
    >>> [are_of_one_site(bao, address_name(f"https://{host}/1")) for host in ("m.bao.example.vn", "lambao.example.vn")]
    [True, False]
    """
    short, long = sorted((_HOST.sub("", name) for name in (one, other)), key=len)
    return long == short or long.endswith(f".{short}")


def moment_name(article: Article) -> str | None:
    """Give the name that title, publisher and second are, None where they are no name."""
    key = _moment(article)
    return f"moment:{key}" if key else None


def text_name(article: Article) -> str | None:
    """Give the name that a text is, None where it is short or nobody is known to have published it."""
    publisher = article.publisher_printed or article.publisher
    return f"text:{_text(article)}" if publisher and len(article.body) >= LEAST_TEXT else None


def withdrawn_text_name(article: Article) -> str | None:
    """Give the name under which the text of a withdrawn article is known, whoever prints it and when; None where it is
    short."""
    if len(article.body) < LEAST_TEXT:
        return None
    return f"withdrawn-text:{_hash(_folded(article.title), article.body)}"


def invalid_id(given: str) -> str | None:
    """Say what is wrong with a given id, None when it can be kept."""
    if not given.strip():
        return "the id is empty; leave it out or give one"
    if len(given) > MAX_ID_CHARACTERS:
        return f"the id has {len(given)} characters, at most {MAX_ID_CHARACTERS} are kept"
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in given):
        return f"the id {given[:40]!r} holds a control character; ids are printable"
    return None


def _moment(article: Article) -> str | None:
    publisher = article.publisher_printed or article.publisher
    published = article.published_at
    if publisher and published and published.has_time and published.local.time() != time():
        return _hash(_folded(article.title), _folded(publisher), published.isoformat())
    return None


def _text(article: Article) -> str:
    publisher = article.publisher_printed or article.publisher
    day = article.published_at.isoformat() if article.published_at else ""
    return _hash(_folded(article.title), _folded(publisher or ""), day, article.body)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _hash(*parts: str) -> str:
    """Hash the parts, each closed by a byte that no text holds."""
    hashed = blake2b(digest_size=12)
    for part in parts:
        hashed.update(part.encode("utf-8", "surrogatepass") + b"\xff")
    return hashed.hexdigest()
