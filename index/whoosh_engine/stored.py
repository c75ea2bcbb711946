"""Articles as they are kept in the index, so that an engine can show what it found by itself."""

from __future__ import annotations

import orjson

from index.article import Article
from index.dates import PublishedAt


def pack(article: Article) -> bytes:
    """Write an article as JSON; dates by `PublishedAt.isoformat`, nothing for what is missing, `?` for what is half a
    character (a lone surrogate, which no encoding can write)."""
    return orjson.dumps(
        {name: _plain(value) for name in Article.__slots__ if (value := getattr(article, name)) not in (None, ())}
    )


def _plain(value: object) -> object:
    if isinstance(value, PublishedAt):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def unpack(packed: bytes) -> Article:
    """Read what `pack` wrote."""
    fields = orjson.loads(packed)
    for name in ("captions", "authors"):
        fields[name] = tuple(fields.get(name, ()))
    for name in ("published_at", "updated_at"):
        if name in fields:
            fields[name] = PublishedAt.fromisoformat(fields[name])
    return Article(**fields)
