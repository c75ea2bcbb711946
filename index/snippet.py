"""The excerpt that shows best why an article is a hit, and the marks in it. Offsets only: markup is made elsewhere."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, chain

from index.analysis.normal_text import NormalText
from index.article import Article
from index.marks import Mark, found_marks, merged
from index.query import Query
from index.response import Snippet, Span

WIDTH = 300
"""Characters a snippet aims at."""
MARKING_SECONDS = 1.0
"""For marking the hits of a page; those that come later are shown unmarked."""
UNMARKED = "Câu tìm quá phức tạp nên ở một số bài những chỗ khớp không được tô."
"""What readers are told when there was no time to mark all hits."""

_SENTENCE_END = re.compile(r"[.!?…\n](?:(?<=\n)\n*|[\"”’)]*\s+)")
"""The mark at a sentence's end with the blanks behind it, or line breaks. What `sentences` gives is kept in the index:
when it changes, `schema.SCHEMA_VERSION` of the engine must count up."""
_BLANK = re.compile(r"\s+")
_SPAN = re.Match.span
_SAME = 1e-9
"""Scores that differ by no more than this are the same."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Where the sentences of a text begin and end."""

    begins: list[int]
    ends: list[int]

    def at(self, place: int) -> int:
        """Give the number of the sentence that a place is in."""
        return max(bisect_right(self.begins, place) - 1, 0)

    def window(self, first: int) -> Span:
        """Give the window that starts with a sentence and takes in those after it while there is room."""
        start = self.begins[first]
        return start, self.ends[max(first, bisect_right(self.ends, start + WIDTH) - 1)]


@dataclass(frozen=True, slots=True)
class Body:
    """An article's body as it is read before anything is asked: kept with it, it makes its snippets cheaper."""

    normal: NormalText
    sentences: Sentences


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


def highlight(query: Query, article: Article, body: Body | None = None) -> tuple[Snippet, tuple[Span, ...]]:
    """Give the best excerpt of an article's body (or of its other texts, when only one of them answers) and the
    title's spans."""
    title, in_body, *others = found_marks(query, article, None if body is None else body.normal)
    if not in_body:
        for text, found in zip(article.other_texts, others, strict=True):
            if found:
                return _excerpt(text, found, None), merged(title)
    return _excerpt(article.body, in_body, None if body is None else body.sentences), merged(title)


def opening(article: Article) -> Snippet:
    """Give how an article begins, nothing marked."""
    return _excerpt(article.body or next(iter(article.other_texts), ""), [], None)


def _excerpt(text: str, found: list[Mark], known: Sentences | None) -> Snippet:
    found = sorted(found)
    # No window that matters reaches further.
    start, end = _best_window(known or sentences(text, (found[-1][0] if found else 0) + WIDTH), found)
    inside = [(first - start, last - start, part) for first, last, part in found if start <= first and last <= end]
    return Snippet(
        text[start:end],
        merged(inside),
        cut_before=bool(text[:start].strip()),
        cut_after=end < len(text.rstrip()),
    )


def _best_window(cut: Sentences, found: list[Mark]) -> Span:
    """Choose the run of sentences, about `WIDTH` characters long, that answers most of the query; the rarer a part
    of the query is in this text, the more it counts; then the earlier the better."""
    if not cut.begins:
        return 0, 0
    if not found:
        return cut.window(0)
    score = _scoring(found)
    best, best_score = -1, 0.0
    # Those that start with a sentence without marks hold no more than the next one.
    for first in dict.fromkeys([cut.at(start) for start, _, _ in found]):
        reached = score(cut.window(first))
        if reached > best_score + _SAME:
            best, best_score = first, reached
    if best < 0:
        return _around(cut, found[0])
    while best and score(cut.window(best - 1)) > best_score - _SAME:
        best -= 1
    return cut.window(best)


def _scoring(found: list[Mark]) -> Callable[[Span], float]:
    """Give what says how much of the query a window answers; 0 where it holds no whole mark."""
    starts = [start for start, _, _ in found]
    parts = [part for _, _, part in found]
    furthest = list(accumulate([end for _, end, _ in found], max))
    weights = {part: 1 + 1 / count for part, count in Counter(parts).items()}

    def score(window: Span) -> float:
        start, end = window
        first = bisect_left(starts, start)
        behind = bisect_left(starts, end, first)
        inside = parts[first:behind]
        if inside and furthest[behind - 1] > end:
            inside = [part for _, last, part in found[first:behind] if last <= end]
        return sum([weights[part] for part in set(inside)]) + 0.01 * min(len(inside), 20)

    return score


def _around(cut: Sentences, mark: Mark) -> Span:
    """Give the window of a mark that no run of sentences holds: a phrase that goes on in the next one."""
    first, last, _ = mark
    start = cut.begins[cut.at(first)]
    if last - start > WIDTH:
        start = first
    reached = bisect_right(cut.ends, start + WIDTH) - 1
    return start, max(last, cut.ends[reached] if reached >= 0 else 0)


def sentences(text: str, until: int = sys.maxsize) -> Sentences:
    """Cut text into sentences, and long sentences at blanks into pieces of at most `WIDTH` characters; as far as the
    first sentence that begins behind `until`."""
    begins: list[int] = []
    ends: list[int] = []
    start = 0
    for mark, after in chain(map(_SPAN, _SENTENCE_END.finditer(text)), [(len(text), len(text))]):
        end = mark + (text[mark : mark + 1] not in ("\n", ""))
        while end - start > WIDTH:
            blanks = list(_BLANK.finditer(text, start + WIDTH // 2, start + WIDTH))
            cut, following = blanks[-1].span() if blanks else (start + WIDTH, start + WIDTH)
            begins.append(start)
            ends.append(cut)
            start = following
        # A mark at its end is no blank.
        if end > start and (end > mark or not text[start:end].isspace()):
            begins.append(start)
            ends.append(end)
            if start > until and start > begins[0] + WIDTH:
                break
        start = after
    return Sentences(begins, ends)
