"""An article as the cluster is sent it, and as it comes back."""

from __future__ import annotations

from typing import Any

from index.analysis.normal_text import normal_text
from index.analysis.tokens import folded
from index.article import Article
from index.dates import PublishedAt
from index.document import GAP, Document, Stream
from index.opensearch_engine.failures import as_written
from index.opensearch_engine.tokens import spelled

JSON = dict[str, Any]

LEAD = 80
"""How far the lead reaches, in positions from where the body of an article with the shortest title begins."""
_DATES = ("published_at", "updated_at")
_SEVERAL = ("captions", "authors")


def written(document: Document, born: int) -> JSON:
    """Give the fields of one version of an article, shown from generation `born` on."""
    article = document.article
    fields: JSON = {
        "id": clean(article.id),
        "born": born,
        "text": _parts(document.text),
        "title": _parts(document.title),
        "lead": _lead(document.text),
        "names": [" ".join(spelled(*each) for each in folded(normal_text(name).text)) for name in article.authors],
        "words": list(document.words),
        "codes": list(document.codes),
        "authors": [clean(author) for author in article.authors],
        "shown_once": f"story {clean(article.story)}" if article.story else f"article {clean(article.id)}",
        "original": article.is_original,
        "article": pack(article),
    }
    for name, value in (("publisher", article.publisher), ("section", article.section), ("story", article.story)):
        if value:
            fields[name] = clean(value)
    if article.published_at is not None:
        day = article.published_at.local.date().isoformat()
        fields |= {"published": int(article.published_at.instant.timestamp()), "day": day, "month": day[:7]}
    return fields


def _parts(stream: Stream) -> list[str]:
    """Write a stream, cut wherever positions were left free; the cluster leaves as many free between the pieces."""
    parts: list[list[str]] = []
    expected = -1
    for term, accents, position in zip(stream.terms, stream.accents, stream.positions, strict=True):
        if position != expected:
            # Parts without a syllable leave positions free as well.
            parts += ([] for _ in range((position - expected) // GAP if parts else 1))
        parts[-1].append(spelled(term, accents))
        expected = position + 1
    return [" ".join(part) for part in parts]


def _lead(stream: Stream) -> str:
    seen = {
        spelled(term, accents): None
        for term, accents, position in zip(stream.terms, stream.accents, stream.positions, strict=True)
        if GAP <= position < GAP + LEAD
    }
    return " ".join(seen)


def clean(text: str) -> str:
    """Write `?` for what is half a character (a lone surrogate), which no request can hold."""
    return text.encode("utf-8", "replace").decode()


def pack(article: Article) -> JSON:
    """Give an article as JSON can hold it; nothing for what is missing."""
    fields: JSON = {}
    for name in Article.__slots__:
        value = getattr(article, name)
        if value in (None, (), False):
            continue
        if isinstance(value, PublishedAt):
            fields[name] = value.isoformat()
        elif isinstance(value, tuple):
            fields[name] = [clean(each) for each in value]
        else:
            fields[name] = clean(value) if isinstance(value, str) else value
    return fields


def unpack(found: JSON) -> Article:
    """Read what `pack` wrote, as the cluster found it; raises IndexDamaged when it is not ours."""
    with as_written(f"the document {found.get('_id')} of {found.get('_index')}"):
        read = dict(found["_source"]["article"])
        for name in _SEVERAL:
            read[name] = tuple(read.get(name, ()))
        for name in _DATES:
            if name in read:
                read[name] = PublishedAt.fromisoformat(read[name])
        return Article(**read)
