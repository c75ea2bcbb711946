"""Cuts Vietnamese text into words exactly as pyvi 0.1.1 does, at a multiple of its speed.

    text -> chunks (what stands between blanks) -> tokens (pyvi's regular expression) -> a score each -> words

Every step is pyvi's rule in another order of work. No rule crosses a blank, so a chunk is looked at once and
remembered as the numbers of its tokens (in bytes: joined, they are the array of a text). A token's features depend
on itself and two neighbours on each side, so what it adds to its own score and to theirs is computed once, and the
scores of a text are sums of arrays. With two labels the best path (Viterbi) is a recursion on one number, the
difference of their scores.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from threading import Lock
from typing import Self

import numpy as np
import numpy.typing as npt

from index.analysis.chunk_cache import ChunkCache
from index.analysis.pyvi_tokens import ALONE, joining, tokens_of
from index.analysis.word_model import WordModel

_MOST_TOKENS = 1 << 16
"""With so many tokens numbered, numbering starts afresh before the next text."""

_BLANK, _EDGE = 0, 1
"""Numbers of what is no token: a blank that only moves what follows; the beginning or end of a text."""

_EDGE_BYTES = np.int64(_EDGE).tobytes()

_NEVER = -1e9
"""A score with which no token continues a word."""

_TWO, _BEGIN_THREE = 1, 2
"""What a pair of syllables may be: a known word, the beginning of known words of three. Both together are 3."""

_Bools = npt.NDArray[np.bool_]
_Ints = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]


class Segmenter:
    """Cuts text into words. Build one with `load`; threads may share it.

    >>> segmenter = Segmenter.load()
    >>> segmenter.tokenize("Chính quyền thị xã họp báo.")
    'Chính_quyền thị_xã họp_báo .'
    >>> segmenter.segment("thị xã họp")
    [(0, 6, 2), (7, 10, 1)]
    """

    def __init__(self, model: WordModel, prepare: Callable[[str], str] = str) -> None:
        (b_b, b_i), (i_b, i_i) = model.transitions
        self._low, self._high = b_b - i_b, b_i - i_i
        weights = model.weights
        self._two_first, self._two_last = weights["+1:word.bi_gram()"], weights["-1:word.bi_gram()"]
        self._three_first, self._three_last = weights["+2:word.tri_gram()"], weights["-2:word.tri_gram()"]
        self._known = _KnownWords(model)
        self._number = partial(_Tokens, model, self._known.numbers, prepare)
        self._tokens = self._number()

    @classmethod
    def load(cls, prepare: Callable[[str], str] = str) -> Self:
        """Read pyvi's model (about 0.08 s); raises WordModelError.

        `prepare` is how a chunk is to be spelled before it is looked at; it keeps the length.
        """
        return cls(WordModel.load(), prepare)

    def segment(self, text: str) -> list[tuple[int, int, int]]:
        """Give the words of NFC text in order: start and end offset, number of tokens joined.

        A punctuation mark and a line break are words of one token; other blanks belong to none. Text that is not
        NFC gets words too, but not pyvi's.
        """
        return self.segment_chunks([text.split(" ")])

    def segment_chunks(self, texts: Iterable[Sequence[str]], at_least: int = 1) -> list[tuple[int, int, int]]:
        """Give the words (of `at_least` so many tokens) of texts that are split at single blanks.

        Each text is cut for itself; offsets count through all of them, with one character between two.
        """
        tokens = self._tokens
        if tokens.count >= _MOST_TOKENS:
            self._tokens = tokens = self._number()
        look_up = tokens.chunks.__getitem__
        numbers = np.frombuffer(
            _EDGE_BYTES.join([b"", *(b"".join(map(look_up, chunks)) for chunks in texts), b""]), np.int64
        )
        syllables, joins, lengths, steps = tokens.facts.take(numbers, axis=1)
        # Before the first text there is no character.
        ends = steps.cumsum() - 1
        if not numbers.all():
            apart = numbers != _BLANK
            numbers, syllables, joins, lengths, ends = (
                each[apart] for each in (numbers, syllables, joins, lengths, ends)
            )
        begins = ~self._continues(self._scores(tokens.weights.take(numbers, axis=1), syllables))
        begins |= joins == ALONE
        begins[1:] |= joins[:-1] < joins[1:]
        firsts = begins.nonzero()[0]
        counts = firsts[1:] - firsts[:-1]
        kept = ((counts >= at_least) & (numbers[firsts[:-1]] != _EDGE)).nonzero()[0]
        firsts, counts = firsts[kept], counts[kept]
        starts = ends[firsts] - lengths[firsts]
        return list(zip(starts.tolist(), ends[firsts + counts - 1].tolist(), counts.tolist(), strict=True))

    def tokenize(self, text: str) -> str:
        """Give any text as pyvi's `tokenize` does: words separated by one blank, their tokens joined by `_`."""
        composed = unicodedata.normalize("NFC", text)
        words = self.segment(composed)
        if not words:
            return text
        # A list: join would make one of a generator.
        return " ".join(
            [composed[start:end] if count == 1 else _joined(composed[start:end], count) for start, end, count in words]
        )

    def _scores(self, weights: _Floats, syllables: _Ints) -> _Floats:
        """Sum, for each token, by how much I_W beats B_W there.

        CRFsuite adds the same weights in another order: the last bits may differ, which matters only at a tie (the
        closest call in 8,000 articles is far above them).
        """
        scores: _Floats
        scores, for_next, for_previous = weights
        twos, threes = self._known.among(syllables)
        scores[1:] += for_next[:-1]
        scores[threes + 2] += self._three_last
        scores[twos + 1] += self._two_last
        scores[:-1] += for_previous[1:]
        scores[twos] += self._two_first
        scores[threes] += self._three_first
        return scores

    def _continues(self, scores: _Floats) -> _Bools:
        """Say, for each token, whether it is I_W on the best path.

        Let `difference` be by how much the best path that ends there in I_W beats the best in B_W. B_W comes from
        I_W where the difference before exceeds `low`, I_W from I_W where it exceeds `high` (which is a little
        more); so difference = score - (the one before, kept within low and high). Mostly the score alone says
        whether it is kept at low or at high: only the others need the one before. Likewise only differences between
        low and high need the label after. A tie goes to the label that CRFsuite tries first, B_W.
        """
        low, high = self._low, self._high
        kept = np.minimum(np.maximum(scores - high, low), high)
        for at in (kept != np.minimum(np.maximum(scores - low, low), high)).nonzero()[0].tolist():
            kept[at] = min(max(scores[at] - kept[at - 1], low), high)
        differences = scores[1:] - kept[:-1]
        continues = np.zeros(len(scores), np.bool_)
        continues[1:] = differences > high
        for at in ((differences > low) & (differences <= high)).nonzero()[0][::-1].tolist():
            continues[at + 1] = not continues[at + 2]
        return continues


class _KnownWords:
    """The words of two and three syllables in pyvi's list, to look up all those of a text at once.

    `numbers` has a number for each of their syllables; any other syllable is 0.
    """

    def __init__(self, model: WordModel) -> None:
        words = [word.split(" ") for word in chain(model.two_syllables, model.three_syllables)]
        self.numbers = {syllable: number for number, syllable in enumerate(sorted({*chain(*words)}), 1)}
        self._size = len(self.numbers) + 1
        # Two bits for each pair there could be: looking up a thousand takes as many steps as looking up one.
        self._pairs = np.zeros(self._size**2 // 4 + 1, np.uint8)
        threes = np.sort(self._keys(words, 3))
        # What is greater than all ends the list, so that a search always points at something.
        self._threes = np.append(threes, self._size**3)
        for kind, pairs in ((_TWO, self._keys(words, 2)), (_BEGIN_THREE, threes // self._size)):
            np.bitwise_or.at(self._pairs, pairs >> 2, (kind << (pairs & 3) * 2).astype(np.uint8))

    def among(self, syllables: _Ints) -> tuple[_Ints, _Ints]:
        """Find where two of these syllables are a known word, and where three are."""
        pairs = syllables[:-1] * self._size + syllables[1:]
        kinds = self._pairs[pairs >> 2] >> (pairs & 3) * 2
        begun = ((kinds[:-1] & _BEGIN_THREE) != 0).nonzero()[0]
        threes = pairs[begun] * self._size + syllables[begun + 2]
        return ((kinds & _TWO) != 0).nonzero()[0], begun[self._threes[self._threes.searchsorted(threes)] == threes]

    def _keys(self, words: list[list[str]], length: int) -> _Ints:
        """Write the words of this length as numbers whose digits, in base `_size`, are their syllables' numbers."""
        numbers = [self.numbers[syllable] for word in words if len(word) == length for syllable in word]
        keys: _Ints = np.array(numbers, np.int64).reshape(-1, length) @ self._size ** np.arange(length)[::-1]
        return keys


class _Tokens:
    """Numbers for tokens; a number is a column of two arrays, computed when first asked for.

    `weights` has what the token adds to its own score, to the next one's and to the previous one's; `facts` has its
    syllable's number, how it may be joined, its length, that with the blank before it (if there is one). Columns are
    only ever added, so a thread finds those of its numbers whatever others do.
    """

    def __init__(self, model: WordModel, syllables: dict[str, int], prepare: Callable[[str], str]) -> None:
        (b_b, b_i), (i_b, _) = model.transitions
        self._always = model.weights["bias"] + b_i - i_b
        self._weights = model.weights
        self._syllables = syllables
        self._prepare = prepare
        self._numbers = ChunkCache(self._number)
        self._adding = Lock()
        self.chunks = ChunkCache(self._in_chunk)
        self.weights: _Floats = np.empty((3, 1024))
        self.facts: _Ints = np.empty((4, 1024), np.int64)
        self.count = 0
        self._add((0.0, 0.0, 0.0), (0, ALONE, 0, 1))  # _BLANK
        # A text begins after a B_W, and its last token is I_W where that beats B_W at all.
        self._add((_NEVER, b_b - b_i, b_b - i_b), (0, ALONE, 0, 0))  # _EDGE

    def _in_chunk(self, chunk: str) -> bytes:
        """Give the numbers of a chunk's tokens, and of the blanks (tabs, no-break spaces) that none of them takes."""
        numbers: list[int] = []
        # One blank stands between this chunk and the one before it.
        text = " " + self._prepare(chunk)
        done = 0
        for token in tokens_of(text[1:]):
            start = text.index(token, done)
            blanks = start - done
            numbers.extend([_BLANK] * (blanks - 1))
            numbers.append(self._numbers[" " + token if blanks else token])
            done = start + len(token)
        numbers.extend([_BLANK] * (len(text) - done))
        return np.array(numbers, np.int64).tobytes()

    def _number(self, text: str) -> int:
        """Number a token with the blank before it (if there is one)."""
        token = text.removeprefix(" ")
        lowered = token.lower()
        # pycrfsuite hands over C strings: a feature ends at its first NUL.
        known_as = lowered.partition("\0")[0]
        upper, title, weights = token.isupper(), token.istitle(), self._weights
        own = (
            self._always
            + self._weight("word.lower():" + known_as)
            + upper * weights["word.isupper()"]
            + title * weights["word.istitle()"]
            + token.isdigit() * weights["word.isdigit()"]
        )
        return self._add(
            (own, self._beside("-1:", known_as, title, upper), self._beside("+1:", known_as, title, upper)),
            (self._syllables.get(lowered, 0), joining(token), len(token), len(text)),
        )

    def _add(self, weights: tuple[float, ...], facts: tuple[int, ...]) -> int:
        with self._adding:
            number = self.count
            if number == self.weights.shape[1]:
                self.weights = np.concatenate((self.weights, np.empty_like(self.weights)), axis=1)
                self.facts = np.concatenate((self.facts, np.empty_like(self.facts)), axis=1)
            self.weights[:, number] = weights
            self.facts[:, number] = facts
            self.count += 1
        return number

    def _weight(self, attribute: str) -> float:
        return self._weights.get(attribute, 0.0)

    def _beside(self, place: str, known_as: str, title: bool, upper: bool) -> float:
        """Sum what a token adds to the score of its neighbour, which has it at `place`."""
        return (
            self._weight(f"{place}word.lower():{known_as}")
            + title * self._weights[f"{place}word.istitle()"]
            + upper * self._weights[f"{place}word.isupper()"]
        )


def _joined(word: str, count: int) -> str:
    """Write a word of `count` tokens with `_` between them.

    >>> _joined("thị  xã", 2), _joined("TP.HCM", 2)
    ('thị_xã', 'TP._HCM')
    """
    tokens = word.split()
    return "_".join(tokens if len(tokens) == count else tokens_of(word))
