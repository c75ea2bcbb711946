"""Articles as they are kept in the index, so that an engine can show what it found by itself."""

from __future__ import annotations

import orjson

from index.article import Article
from index.dates import PublishedAt


def pack(article: Article) -> bytes:
    """Write an article as JSON; dates by `PublishedAt.isoformat`, nothing for what is missing."""
    return orjson.dumps(
        {
            name: value.isoformat() if isinstance(value, PublishedAt) else value
            for name in Article.__slots__
            if (value := getattr(article, name))
        }
    )


def unpack(packed: bytes) -> Article:
    """Read what `pack` wrote."""
    fields = orjson.loads(packed)
    for name in ("captions", "authors"):
        fields[name] = tuple(fields.get(name, ()))
    for name in ("published_at", "updated_at"):
        if name in fields:
            fields[name] = PublishedAt.fromisoformat(fields[name])
    fields.setdefault("title", "")
    fields.setdefault("body", "")
    return Article(**fields)
