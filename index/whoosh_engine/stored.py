"""Articles as they are kept in the index, so that an engine can show what it found by itself."""

from __future__ import annotations

import orjson

from index.analysis import one_byte
from index.analysis.normal_text import NormalText
from index.article import Article
from index.dates import PublishedAt
from index.snippet import Body, Sentences, sentences

_BODY = b"\n"
"""Stands between the fields and a body written as one byte a character. JSON as written here has no line breaks."""


def pack(article: Article) -> bytes:
    """Write an article as JSON; dates by `PublishedAt.isoformat`, nothing for what is missing, `?` for what is half a
    character (a lone surrogate, which no encoding can write). Behind it the body, where it can be written as one byte
    a character; then where its sentences begin and end is kept too."""
    fields = {
        name: _plain(value) for name in Article.__slots__ if (value := getattr(article, name)) not in (None, (), False)
    }
    body = one_byte.written(article.body)
    if body is None:
        return orjson.dumps(fields)
    del fields["body"]
    cut = sentences(article.body)
    return orjson.dumps(fields | {"begins": cut.begins, "ends": cut.ends}) + _BODY + body


def _plain(value: object) -> object:
    if isinstance(value, PublishedAt):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def unpack(packed: bytes) -> tuple[Article, Body | None]:
    """Read what `pack` wrote, and what is known of the body."""
    head, apart, written = packed.partition(_BODY)
    fields = orjson.loads(head)
    body = None
    if apart:
        fields["body"] = one_byte.read(written)
        normal = NormalText(fields["body"], letters=one_byte.letters_of(written))
        body = Body(normal, Sentences(fields.pop("begins"), fields.pop("ends")))
    for name in ("captions", "authors"):
        fields[name] = tuple(fields.get(name, ()))
    for name in ("published_at", "updated_at"):
        if name in fields:
            fields[name] = PublishedAt.fromisoformat(fields[name])
    return Article(**fields), body
