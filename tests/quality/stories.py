"""How well articles that tell the same story are found.

    python -m tests.quality.stories

Prints two tables over the 50,000 articles. The first holds the stories found against pairs that were found in another
way: by every rare run of eight syllables that two articles share, and by what the two then share exactly. The second
takes articles and changes them as newspapers do, and as the same form is filled in on another day.
"""

from __future__ import annotations

import os
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.analysis.normal_text import normal_text
from index.analysis.syllables import tone_on_second_vowel
from index.analysis.tokens import folded
from index.article import Article
from indexer.ingest import ingest
from indexer.report import IndexReport, no_progress
from indexer.sources import read_sources
from indexer.store import ArticleStore
from indexer.stories.grouping import follow
from indexer.stories.likeness import DAYS, Told, likeness
from indexer.stories.signature import keys, signature

RUN = 8
"""Syllables of a run; the signatures have runs of five."""
MOST_HOLDERS = 30
"""A run that more articles share is no trace of a common text."""
FEWEST_SHARED = 6
SAME = 0.5
WHOLE = 0.8
CHANGED = 2_000
MANY_NUMBERS = 10
Grams = npt.NDArray[np.uint64]
Pair = tuple[int, int]


def main() -> None:
    """Measure and print."""
    corpus = Path(os.environ.get("CORPUS", "../shared/corpus"))
    if not (corpus / "articles.jsonl.xz").is_file():
        sys.exit(f"{corpus} holds no articles.jsonl.xz: set CORPUS to the folder of the shared corpus")
    with tempfile.TemporaryDirectory() as folder:
        articles = stored(corpus / "articles.jsonl.xz", Path(folder) / "articles.db")
    for line in (*against_exact_pairs(articles), "", *against_changes(articles)):
        print(line)


def stored(source: Path, path: Path) -> list[Article]:
    """Take articles into a store, find their stories, and give them."""

    def clock() -> datetime:
        return datetime.now(UTC)

    with ArticleStore.open(path) as store:
        ingest(read_sources([str(source)]), store, clock, IndexReport(), no_progress)
        follow(store, clock)
        return [found for found in store.articles() if isinstance(found, Article)]


# Against pairs found by what they share exactly


@dataclass(frozen=True, slots=True)
class Shared:
    """What two articles share: the Jaccard of their runs, and how much of the shorter one."""

    jaccard: float
    contained: float

    @property
    def same(self) -> bool:
        return self.jaccard >= SAME or self.contained >= WHOLE


def against_exact_pairs(articles: list[Article]) -> Iterator[str]:
    """Give the lines of the first table."""
    grams = list(_grams(articles))
    exact = {pair: _shared(grams, pair) for pair in _candidates(grams)}
    stories: dict[str, list[int]] = {}
    for number, article in enumerate(articles):
        if article.story is not None:
            stories.setdefault(article.story, []).append(number)
    found = {pair for members in stories.values() for pair in combinations(members, 2)}
    truth = {pair for pair, shared in exact.items() if shared.same}
    missed = Counter(_reason(articles, pair) for pair in truth - found)
    alike = {pair: exact.get(pair) or _shared(grams, pair) for pair in found}
    right = sum(shared.same for shared in alike.values())
    nearly = sum(not shared.same and (shared.jaccard >= 0.3 or shared.contained >= 0.5) for shared in alike.values())
    yield f"{len(articles):,} articles; {len(stories):,} stories with {sum(map(len, stories.values())):,} articles.\n"
    yield "| pairs | |"
    yield "|---|---:|"
    yield f"| that share half their runs of eight syllables, or four fifths of the shorter one | {len(truth):,} |"
    yield f"| of these in one story (recall) | {len(truth & found):,} = {len(truth & found) / max(len(truth), 1):.3f} |"
    for reason, count in missed.most_common():
        yield f"| missed: {reason} | {count:,} |"
    yield f"| in one story | {len(found):,} |"
    yield f"| of these share as much (precision) | {right:,} = {right / max(len(found), 1):.3f} |"
    yield f"| of these share 30 %, or half of the shorter one | {nearly:,} |"


def _grams(articles: list[Article]) -> Iterator[Grams]:
    """Give the different runs of each article, as numbers."""
    vocabulary: dict[str, int] = {}
    odd = np.uint64(0x9E3779B97F4A7C15)
    for article in articles:
        terms = [term for term, _ in folded(normal_text(article.body).text)]
        numbers = np.array([vocabulary.setdefault(term, len(vocabulary) + 1) for term in terms], np.uint64)
        count = max(len(numbers) - RUN + 1, 0)
        runs = np.zeros(count, np.uint64)
        for at in range(RUN):
            runs = runs * odd + numbers[at : at + count]
        yield np.unique(runs)


def _candidates(grams: list[Grams]) -> set[Pair]:
    """Give the pairs that share several rare runs."""
    runs = np.concatenate(grams)
    holders = np.repeat(np.arange(len(grams), dtype=np.int32), [len(each) for each in grams])
    order = np.argsort(runs, kind="stable")
    runs, holders = runs[order], holders[order]
    starts = np.flatnonzero(np.append(True, runs[1:] != runs[:-1]))
    lengths = np.diff(starts, append=len(runs))
    shared: Counter[Pair] = Counter()
    several = (lengths > 1) & (lengths <= MOST_HOLDERS)
    for start, length in zip(starts[several].tolist(), lengths[several].tolist(), strict=True):
        shared.update(combinations(holders[start : start + length].tolist(), 2))
    return {pair for pair, count in shared.items() if count >= FEWEST_SHARED}


def _shared(grams: list[Grams], pair: Pair) -> Shared:
    one, other = (grams[number] for number in pair)
    common = len(np.intersect1d(one, other, assume_unique=True))
    if not common:
        return Shared(0.0, 0.0)
    return Shared(common / (len(one) + len(other) - common), common / min(len(one), len(other)))


def _reason(articles: list[Article], pair: Pair) -> str:
    """Say why two articles that share so much are not of one story."""
    one, other = (articles[number] for number in pair)
    told = _told(one), _told(other)
    if None in told or told[0] is None or told[1] is None:
        return "one is too short"
    if likeness(*told):
        return "alike, but not as its first article or found by no key"
    if likeness(replace(told[0], day=None), replace(told[1], day=None)):
        return f"more than {DAYS} days apart"
    numberless = (replace(each, signature=replace(each.signature, numbers=b"")) for each in told)
    return "other numbers" if likeness(*numberless) else "not alike enough by estimate"


# Against articles that were changed

Change = Callable[[str, random.Random], str]


def against_changes(articles: list[Article]) -> Iterator[str]:
    """Give the lines of the second table."""
    dice = random.Random(22)
    sample = dice.sample([article for article in articles if len(article.body.split()) > 60], CHANGED)
    yield f"| what was done to {CHANGED:,} articles | same story | found to be |"
    yield "|---|---|---:|"
    for name, change in CHANGES.items():
        found = sum(_are_one(article, change(article.body, dice)) for article in sample)
        yield f"| {name} | yes | {found:,} = {found / CHANGED:.3f} |"
    full = [article for article in articles if len(set(re.findall(r"\d\d+", article.body))) >= MANY_NUMBERS][:CHANGED]
    found = sum(_are_one(article, _other_numbers(article.body, dice)) for article in full)
    done = f"every digit replaced, of {len(full):,} that have {MANY_NUMBERS} numbers or more"
    yield f"| {done} | no | {found:,} = {found / max(len(full), 1):.3f} |"
    others = sample[1:] + sample[:1]
    found = sum(_are_one(article, other.body) for article, other in zip(sample, others, strict=True))
    yield f"| another article taken | no | {found:,} = {found / CHANGED:.3f} |"


def _are_one(article: Article, text: str) -> bool:
    """Say whether a text is found by a key of the article's, and taken for the same story."""
    mine, theirs = _told(article), _told(replace(article, body=text, lead=None))
    if mine is None or theirs is None:
        return False
    meet = np.intersect1d(keys(mine.signature.values), keys(theirs.signature.values))
    return len(meet) > 0 and likeness(mine, theirs) > 0


def _told(article: Article) -> Told | None:
    found = signature(article.body)
    published = article.published_at
    return found and Told(found, published.local.date().toordinal() if published else None)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?…])\s+", text)


def _some_words_changed(text: str, dice: random.Random, share: float) -> str:
    words = text.split(" ")
    for at in dice.sample(range(len(words)), int(len(words) * share)):
        words[at] = dice.choice(words)
    return " ".join(words)


def _without_some_sentences(text: str, dice: random.Random) -> str:
    sentences = _sentences(text)
    return " ".join(sentence for sentence in sentences if dice.random() > 0.25) or text


def _shuffled(text: str, dice: random.Random) -> str:
    sentences = _sentences(text)
    blocks = [sentences[at : at + 3] for at in range(0, len(sentences), 3)]
    dice.shuffle(blocks)
    return " ".join(sentence for block in blocks for sentence in block)


def _other_numbers(text: str, dice: random.Random) -> str:
    return re.sub(r"\d", lambda _: str(dice.randrange(10)), text)


CHANGES: dict[str, Change] = {
    "nothing": lambda text, _: text,
    "capitals, other tone style": lambda text, _: tone_on_second_vowel(text.lower()).upper(),
    "an agency before it, a credit behind it": lambda text, _: f"(TTXVN) – {text}\nTheo TTXVN",
    "every fiftieth word replaced": lambda text, dice: _some_words_changed(text, dice, 0.02),
    "every twentieth word replaced": lambda text, dice: _some_words_changed(text, dice, 0.05),
    "blocks of three sentences in another order": _shuffled,
    "a quarter of the sentences left out": _without_some_sentences,
    "cut to its first two thirds": lambda text, _: text[: len(text) * 2 // 3],
    "cut to its first half": lambda text, _: text[: len(text) // 2],
    "cut to its first third": lambda text, _: text[: len(text) // 3],
    "only its last half": lambda text, _: text[len(text) // 2 :],
}


if __name__ == "__main__":
    main()
