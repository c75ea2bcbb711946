"""The excerpt that shows best why an article is a hit, and the marks in it. Offsets only: markup is made elsewhere."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from index.article import Article
from index.marks import Mark, found_marks, merged
from index.query import Query
from index.response import Snippet, Span

WIDTH = 300
"""Characters a snippet aims at."""

_SENTENCE_END = re.compile(r"[.!?…\n](?:(?<=\n)\n*|[\"”’)]*\s+)")
"""The mark at a sentence's end with the blanks behind it, or line breaks."""
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ArticleMarks:
    """The spans that answer a query in each text of an article."""

    title: tuple[Span, ...]
    body: tuple[Span, ...]
    captions: tuple[tuple[Span, ...], ...]


def article_marks(query: Query, article: Article) -> ArticleMarks:
    """Give the spans that answer the query, in order and without overlaps, wherever in the article."""
    title, body, *others = map(merged, found_marks(query, article))
    return ArticleMarks(title, body, tuple(others[len(others) - len(article.captions) :]))


def highlight(query: Query, article: Article) -> tuple[Snippet, tuple[Span, ...]]:
    """Give the best excerpt of an article's body (or of its other texts, when only one of them answers) and the
    title's spans."""
    title, body, *others = found_marks(query, article)
    text, found = article.body, body
    if not body:
        text, found = next(((t, f) for t, f in zip(article.other_texts, others, strict=True) if f), (text, found))
    return _excerpt(text, found), merged(title)


def opening(article: Article) -> Snippet:
    """Give how an article begins, nothing marked."""
    return _excerpt(article.body or next(iter(article.other_texts), ""), [])


def _excerpt(text: str, found: list[Mark]) -> Snippet:
    found = sorted(found)
    start, end = _best_window(text, found)
    inside = [Mark(a - start, b - start, part) for a, b, part in found if start <= a and b <= end]
    return Snippet(
        text[start:end],
        merged(inside),
        cut_before=bool(text[:start].strip()),
        cut_after=end < len(text.rstrip()),
    )


def _best_window(text: str, found: list[Mark]) -> Span:
    """Choose the run of sentences, about `WIDTH` characters long, that answers most of the query; the rarer a part
    of the query is in this text, the more it counts; then the earlier the better."""
    # No window that matters reaches further.
    sentences = _sentences(text, (found[-1].start if found else 0) + WIDTH)
    if not sentences:
        return 0, 0
    starts = [mark.start for mark in found]
    parts = [mark.part for mark in found]
    furthest = list(accumulate((mark.end for mark in found), max))
    weights = {part: 1 + 1 / count for part, count in Counter(parts).items()}
    best, best_score = (sentences[0][0], _filled(sentences, 0)), -1.0
    next_mark = 0
    for first, (start, _) in enumerate(sentences):
        while next_mark < len(starts) and starts[next_mark] < start:
            next_mark += 1
        if next_mark == len(starts):
            break
        if starts[next_mark] >= start + WIDTH:
            continue
        end = _filled(sentences, first)
        behind = bisect_left(starts, end, next_mark)
        inside = parts[next_mark:behind]
        if inside and furthest[behind - 1] > end:
            inside = [mark.part for mark in found[next_mark:behind] if mark.end <= end]
        score = sum(map(weights.__getitem__, set(inside))) + 0.01 * min(len(inside), 20)
        if score > best_score + 1e-9:
            best, best_score = (start, end), score
    return _around(sentences, found[0]) if found and best_score < 1 else best


def _around(sentences: list[Span], mark: Mark) -> Span:
    """Give the window of a mark that no run of sentences holds: a phrase that goes on in the next one."""
    start = max((start for start, _ in sentences if start <= mark.start), default=mark.start)
    if mark.end - start > WIDTH:
        start = mark.start
    return start, max((end for _, end in sentences if mark.end <= end <= start + WIDTH), default=mark.end)


def _filled(sentences: list[Span], first: int) -> int:
    """Give the end of a window that starts with a sentence and takes in those after it while there is room."""
    start, end = sentences[first]
    for number in range(first + 1, len(sentences)):
        following = sentences[number][1]
        if following - start > WIDTH:
            break
        end = following
    return end


def _sentences(text: str, until: int) -> list[Span]:
    """Cut text into sentences, and long sentences at blanks into pieces of at most `WIDTH` characters; as far as the
    first sentence that begins behind `until`."""
    sentences: list[Span] = []
    start = 0
    enough = -1
    for mark, after in _sentence_ends(text):
        end = mark + (text[mark : mark + 1] not in ("\n", ""))
        while end - start > WIDTH:
            blanks = list(_BLANK.finditer(text, start + WIDTH // 2, start + WIDTH))
            cut, following = blanks[-1].span() if blanks else (start + WIDTH, start + WIDTH)
            sentences.append((start, cut))
            start = following
        # A mark at its end is no blank.
        if end > start and (end > mark or not text[start:end].isspace()):
            sentences.append((start, end))
            if enough < 0:
                enough = max(sentences[0][0] + WIDTH, until)
            if start > enough:
                break
        start = after
    return sentences


def _sentence_ends(text: str) -> Iterator[Span]:
    """Give where the marks at the ends of sentences are and where the next sentences begin; at last the text's end."""
    for match in _SENTENCE_END.finditer(text):
        yield match.span()
    yield len(text), len(text)
