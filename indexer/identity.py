"""The id of an article that comes without one.

Two readings of one article must get one id, and two articles never the same: a wrong match loses an article,
a missed one only shows it twice. So:

1. a given id is kept, byte for byte;
2. an address names one article: the hash of the url;
3. title, publisher and the very second of publication name one article, so that a corrected text replaces
   the old one: their hash. A time of 00:00:00 is not believed (exports fill it in), nor are articles of
   unnamed publishers matched: "Thông báo" of one day may be a dozen articles;
4. anything else is only the same if the text is: the hash of title, publisher, date and body.

The publisher enters as printed, so ids outlive a change of how publishers' names are written.
"""

from __future__ import annotations

import unicodedata
from datetime import time
from hashlib import blake2b

from index.article import Article

MAX_ID_CHARACTERS = 200


def article_id(article: Article) -> str:
    """Give an article's id, from its own if it has one; see the module's rules."""
    if article.id:
        return article.id
    if article.url:
        return "u-" + _hash(article.url)
    publisher = article.publisher_printed or article.publisher
    published = article.published_at
    if publisher and published and published.has_time and published.local.time() != time():
        return "p-" + _hash(_folded(article.title), _folded(publisher), published.isoformat())
    day = published.isoformat() if published else ""
    return "c-" + _hash(_folded(article.title), _folded(publisher or ""), day, article.body)


def invalid_id(given: str) -> str | None:
    """Say what is wrong with a given id, None when it can be kept."""
    if not given.strip():
        return "the id is empty; leave it out or give one"
    if len(given) > MAX_ID_CHARACTERS:
        return f"the id has {len(given)} characters, at most {MAX_ID_CHARACTERS} are kept"
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in given):
        return f"the id {given[:40]!r} holds a control character; ids are printable"
    return None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _hash(*parts: str) -> str:
    """Hash the parts, each closed by a byte that no text holds."""
    hashed = blake2b(digest_size=12)
    for part in parts:
        hashed.update(part.encode("utf-8", "surrogatepass") + b"\xff")
    return hashed.hexdigest()
