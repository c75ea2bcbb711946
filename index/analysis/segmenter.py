"""Cuts Vietnamese text into words exactly as pyvi 0.1.1 does, at a multiple of its speed.

    text -> chunks (what stands between blanks) -> tokens (pyvi's regular expression) -> a score each -> words

Every step is pyvi's rule in another order of work. No rule crosses a blank, so a chunk is looked at once and its
tokens are remembered. A token's features depend on itself and two neighbours on each side, so what it adds to its
own score and to theirs is computed once, as bytes: those of a text's tokens, joined, are the arrays of which its
scores are sums. With two labels the best path (Viterbi) is a recursion on one number, the difference of their scores.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable
from itertools import chain
from typing import Self

import numpy as np
import numpy.typing as npt

from index.analysis.chunk_cache import ChunkCache
from index.analysis.pyvi_tokens import ALONE, joining, tokens_of
from index.analysis.word_model import WordModel

_TOKEN = np.dtype(
    [
        ("own", np.float64),
        ("for_next", np.float64),
        ("for_previous", np.float64),
        ("syllable", np.int32),
        ("joining", np.int32),
        ("length", np.int32),
        ("step", np.int32),
    ]
)
"""What a token adds to its own score, the next one's, the previous one's; which syllable of known words it is, how
it may be joined, its length, that with the blank before it (if there is one)."""

_pack = struct.Struct("=3d4i").pack
"""Gives the bytes of a `_TOKEN`."""

_BLANK, _EDGE = -2, -1
"""Ways of joining of what is no token: a blank that only moves what follows; the beginning and the end of a text."""

_NEVER = -1e9
"""A score with which no token continues a word."""

_TWO, _BEGIN_THREE = 1, 2
"""What a pair of syllables may be: a known word, the beginning of known words of three. Both together are 3."""

_Bools = npt.NDArray[np.bool_]
_Ints = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]
_Tokens = npt.NDArray[np.void]


class Segmenter:
    """Cuts text into words. Build one with `load`; threads may share it.

    >>> segmenter = Segmenter.load()
    >>> segmenter.tokenize("Chính quyền thị xã họp báo.")
    'Chính_quyền thị_xã họp_báo .'
    >>> segmenter.segment("thị xã họp")
    [(0, 6, 2), (7, 10, 1)]
    """

    def __init__(self, model: WordModel) -> None:
        self._weights = weights = model.weights
        (b_b, b_i), (i_b, i_i) = model.transitions
        self._low, self._high, self._always = b_b - i_b, b_i - i_i, weights["bias"] + b_i - i_b
        self._two_first, self._two_last = weights["+1:word.bi_gram()"], weights["-1:word.bi_gram()"]
        self._three_first, self._three_last = weights["+2:word.tri_gram()"], weights["-2:word.tri_gram()"]
        self._known = _KnownWords(model)
        self.known_syllables = frozenset(self._known.numbers)
        """The syllables that pyvi's words are made of, in lower case."""
        self._blank = _pack(0, 0, 0, 0, _BLANK, 0, 1)
        # A text begins after a B_W, and its last token is I_W where that beats B_W at all.
        self._edge = _pack(_NEVER, b_b - b_i, self._low, 0, _EDGE, 0, 0)
        self._tokens = ChunkCache(self._token)
        self._chunks = ChunkCache(self.tokens)

    @classmethod
    def load(cls) -> Self:
        """Read pyvi's model (about 0.08 s); raises WordModelError."""
        return cls(WordModel.load())

    def segment(self, text: str) -> list[tuple[int, int, int]]:
        """Give the words of NFC text in order: start and end offset, number of tokens joined.

        A punctuation mark and a line break are words of one token; other blanks belong to none. Text that is not
        NFC gets words too, but not pyvi's.
        """
        return self.cut([b"".join(map(self._chunks.__getitem__, text.split(" ")))])

    def tokens(self, chunk: str) -> bytes:
        """Give what `cut` needs to know of a stretch of NFC text between two blanks; for callers that remember it."""
        found: list[bytes] = []
        # One blank stands between this chunk and the one before it.
        text = " " + chunk
        done = 0
        for token in tokens_of(chunk):
            start = text.index(token, done)
            blanks = start - done
            found.extend([self._blank] * (blanks - 1))
            found.append(self._tokens[" " + token if blanks else token])
            done = start + len(token)
        found.extend([self._blank] * (len(text) - done))
        return b"".join(found)

    def cut(self, texts: Iterable[bytes], at_least: int = 1) -> list[tuple[int, int, int]]:
        """Give the words (those of `at_least` so many tokens) of texts, each the joined `tokens` of its chunks.

        Each text is cut for itself; offsets count through all of them, with one character between two.
        """
        tokens = np.frombuffer(self._edge.join([b"", *texts, b""]), _TOKEN)
        # Before the first text there is no character.
        ends = tokens["step"].cumsum() - 1
        apart = tokens["joining"] != _BLANK
        if not apart.all():
            tokens, ends = tokens[apart], ends[apart]
        joins = tokens["joining"]
        begins = ~self._continues(self._scores(tokens))
        begins |= joins <= ALONE
        begins[1:] |= joins[:-1] < joins[1:]
        firsts = begins.nonzero()[0]
        counts = firsts[1:] - firsts[:-1]
        kept = ((counts >= at_least) & (joins[firsts[:-1]] != _EDGE)).nonzero()[0]
        firsts, counts = firsts[kept], counts[kept]
        starts = ends[firsts] - tokens["length"][firsts]
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

    def _scores(self, tokens: _Tokens) -> _Floats:
        """Sum, for each token, by how much I_W beats B_W there.

        CRFsuite adds the same weights in another order: the last bits may differ, which matters only at a tie (the
        closest call in 8,000 articles is far above them).
        """
        scores: _Floats = tokens["own"].copy()
        twos, threes = self._known.among(tokens["syllable"].astype(np.int64))
        scores[1:] += tokens["for_next"][:-1]
        scores[threes + 2] += self._three_last
        scores[twos + 1] += self._two_last
        scores[:-1] += tokens["for_previous"][1:]
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

    def _token(self, text: str) -> bytes:
        """Look at a token, with the blank before it (if there is one)."""
        token = text.removeprefix(" ")
        lowered = token.lower()
        # pycrfsuite hands over C strings: a feature ends at its first NUL.
        known_as = lowered.partition("\0")[0]
        upper, title, weights = token.isupper(), token.istitle(), self._weights
        return _pack(
            self._always
            + self._weight("word.lower():" + known_as)
            + upper * weights["word.isupper()"]
            + title * weights["word.istitle()"]
            + token.isdigit() * weights["word.isdigit()"],
            self._beside("-1:", known_as, title, upper),
            self._beside("+1:", known_as, title, upper),
            self._known.numbers.get(lowered, 0),
            joining(token),
            len(token),
            len(text),
        )

    def _weight(self, attribute: str) -> float:
        return self._weights.get(attribute, 0.0)

    def _beside(self, place: str, known_as: str, title: bool, upper: bool) -> float:
        """Sum what a token adds to the score of its neighbour, which has it at `place`."""
        return (
            self._weight(f"{place}word.lower():{known_as}")
            + title * self._weights[f"{place}word.istitle()"]
            + upper * self._weights[f"{place}word.isupper()"]
        )


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


def _joined(word: str, count: int) -> str:
    """Write a word of `count` tokens with `_` between them.

    >>> _joined("thị  xã", 2), _joined("TP.HCM", 2)
    ('thị_xã', 'TP._HCM')
    """
    tokens = word.split()
    return "_".join(tokens if len(tokens) == count else tokens_of(word))
