"""Cuts Vietnamese text into words exactly as pyvi 0.1.1 does, at a multiple of its speed.

    text -> chunks (what stands between blanks) -> tokens (pyvi's regular expression) -> a score each -> words

Every step is pyvi's rule in another order of work. No rule crosses a blank, so a chunk is looked at once and
remembered. A token's features depend on itself and two neighbours on each side, so a token carries what it adds
to its own score and to its neighbours', and no feature is ever spelled out. With two labels the best path
(Viterbi) is a recursion on one number, the difference of their scores.
"""

from __future__ import annotations

import re
import string
import unicodedata
from itertools import chain
from typing import Self

from index.analysis.word_model import WordModel

_MOST_CHUNKS = 1 << 16
_MOST_TOKENS = 1 << 15
_LONGEST_KEPT = 60
"""What is remembered is bounded, to about 20 MB; the 65,536 commonest chunks make up 99 % of 8,000 articles."""

_BEFORE_ADDRESS = re.compile(r"[A-ZĐ]+\.|Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|==>|->|\.\.\.|>>|\n|\w+://\S+")
_TOKEN = re.compile(_BEFORE_ADDRESS.pattern + r"|\d+(?:[.,_]\d+)+|[^\w\s]|\w+")
"""pyvi's alternatives in pyvi's order, without the one for e-mail addresses between the two: see `_addresses`."""

_LOCAL_PART = string.ascii_letters + string.digits + "_.+-"
_DOMAIN = re.compile(r"(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+")

_ALONE, _LOWER, _TITLE = 0, 1, 2
"""How a token may be joined: not at all, to any other, or (it has a capital) only to one with a capital."""

_NEVER = -1e9
"""A difference after which the recursion starts afresh."""

_Pair = tuple[float, float, frozenset[str] | None]
"""What two syllables in a row add to the first one's score, to the second one's; which third ones are known."""

_Pairs = dict[str, _Pair]
"""The pairs that one first syllable begins, by the second."""

_Token = tuple[float, float, float, str, _Pairs, int, int, int]
"""Own score, what it adds to the next and to the previous; lower case, pairs; joining, blanks before, length with them.

A plain tuple, for it is unpacked twice for every token of every article.
"""

_NO_PAIRS: _Pairs = {}
_BLANK: _Token = (0.0, 0.0, 0.0, "", _NO_PAIRS, _ALONE, 0, 1)
"""Not a token but one blank that no token of its chunk follows: `_without_blanks` takes it out."""


class Segmenter:
    """Cuts text into words. Build one with `load`; threads may share it.

    >>> segmenter = Segmenter.load()
    >>> segmenter.tokenize("Chính quyền thị xã họp báo.")
    'Chính_quyền thị_xã họp_báo .'
    >>> segmenter.segment("thị xã họp")
    [(0, 6, 2), (7, 10, 1)]
    """

    def __init__(self, model: WordModel) -> None:
        (b_b, b_i), (i_b, i_i) = model.transitions
        self._low, self._high, self._turn = b_b - i_b, b_i - i_i, b_i - i_b
        self._three_first = model.weights["+2:word.tri_gram()"]
        self._three_last = model.weights["-2:word.tri_gram()"]
        self._chunks = _Chunks(model)

    @classmethod
    def load(cls) -> Self:
        """Read pyvi's model (about 0.05 s); raises WordModelError."""
        return cls(WordModel.load())

    def segment(self, text: str) -> list[tuple[int, int, int]]:
        """Give the words of NFC text in order: start and end offset, number of tokens joined.

        A punctuation mark and a line break are words of one token; other blanks belong to none. Text that is not
        NFC gets words too, but not pyvi's.
        """
        tokens, blanks_at_end = self._tokens(text)
        if not tokens:
            return []
        words: list[tuple[int, int, int]] = []
        keep = words.append
        low, high, threshold = self._low, self._high, 0.0
        cursor = word_end = len(text) - blanks_at_end
        continues, kind_after, gap_after, count = False, _ALONE, 0, 0
        for difference, (_, _, _, _, _, kind, gap, step) in zip(
            reversed(self._differences(tokens)), reversed(tokens), strict=False
        ):
            if not continues or kind < kind_after or kind_after == 0:
                keep((cursor + gap_after, word_end, count))
                word_end = cursor
                count = 0
            count += 1
            cursor -= step
            kind_after = kind
            gap_after = gap
            # A tie goes to the label that CRFsuite tries first, B_W.
            continues = difference > threshold
            threshold = high if continues else low
        keep((cursor + gap_after, word_end, count))
        words.reverse()
        words.pop()
        return words

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

    def _tokens(self, text: str) -> tuple[list[_Token], int]:
        """Look up the tokens of a text, and count the blanks after the last one."""
        tokens = list(chain.from_iterable(map(self._chunks.__getitem__, text.split(" "))))
        if _BLANK in tokens:
            return _without_blanks(tokens)
        return tokens, 0

    def _differences(self, tokens: list[_Token]) -> list[float]:
        """Compute, for each token, by how much the best path that ends in I_W beats the best in B_W.

        B_W comes from I_W where the difference before exceeds `low`, I_W from I_W where it exceeds `high`
        (which is more); so difference = turn - (the one before, kept within low and high) + score. `turn` is in
        each token's own score. The list begins with two numbers that mean nothing, as a score is complete only
        two tokens later. CRFsuite adds the same weights in another order: the last bits may differ, which matters
        only at a tie (the closest call in 8,000 articles is far above them).
        """
        low, high, three_first, three_last = self._low, self._high, self._three_first, self._three_last
        differences: list[float] = []
        keep = differences.append
        difference = two_back = one_back = _NEVER
        from_previous = low - self._turn
        pairs: _Pairs = _NO_PAIRS
        thirds: frozenset[str] | None = None
        for own, for_next, for_previous, lowered, pairs_here, _, _, _ in tokens:
            score = own + from_previous
            one_back += for_previous
            if thirds is not None and lowered in thirds:
                two_back += three_first
                score += three_last
            if lowered in pairs:
                for_first, for_second, thirds = pairs[lowered]
                one_back += for_first
                score += for_second
            else:
                thirds = None
            difference = two_back - (low if difference < low else high if difference > high else difference)
            keep(difference)
            two_back, one_back, from_previous, pairs = one_back, score, for_next, pairs_here
        for score in (two_back, one_back):
            difference = score - min(max(difference, low), high)
            keep(difference)
        return differences


class _Tokens(dict[str, _Token]):
    """Tokens that have `gap` blanks before them, by their text; computed when first asked for."""

    def __init__(self, model: WordModel, pairs: dict[str, _Pairs], gap: int) -> None:
        super().__init__()
        (_, b_i), (i_b, _) = model.transitions
        self._always = model.weights["bias"] + b_i - i_b
        self._weights = model.weights
        self._pairs = pairs
        self._gap = gap

    def __missing__(self, text: str) -> _Token:
        lowered = text.lower()
        # pycrfsuite hands over C strings: a feature ends at its first NUL.
        known_as = lowered.partition("\0")[0]
        upper, title, weights = text.isupper(), text.istitle(), self._weights
        token = (
            self._always
            + self._weight("word.lower():" + known_as)
            + upper * weights["word.isupper()"]
            + title * weights["word.istitle()"]
            + text.isdigit() * weights["word.isdigit()"],
            self._beside("-1:", known_as, title, upper),
            self._beside("+1:", known_as, title, upper),
            lowered,
            self._pairs.get(lowered, _NO_PAIRS),
            _joining(text),
            self._gap,
            self._gap + len(text),
        )
        if len(text) <= _LONGEST_KEPT:
            if len(self) >= _MOST_TOKENS:
                self.clear()
            self[text] = token
        return token

    def _weight(self, attribute: str) -> float:
        return self._weights.get(attribute, 0.0)

    def _beside(self, place: str, known_as: str, title: bool, upper: bool) -> float:
        """Sum what a token adds to the score of its neighbour, which has it at `place`."""
        return (
            self._weight(f"{place}word.lower():{known_as}")
            + title * self._weights[f"{place}word.istitle()"]
            + upper * self._weights[f"{place}word.isupper()"]
        )


class _Chunks(dict[str, tuple[_Token, ...]]):
    """The tokens of each chunk, found when first asked for; short chunks are remembered."""

    def __init__(self, model: WordModel) -> None:
        super().__init__()
        pairs = _pairs(model)
        self._first = _Tokens(model, pairs, gap=1)
        self._others = _Tokens(model, pairs, gap=0)

    def __missing__(self, chunk: str) -> tuple[_Token, ...]:
        texts = _tokens_of(chunk)
        if sum(map(len, texts)) == len(chunk) > 0:
            first, *others = texts
            found = (self._first[first], *map(self._others.__getitem__, others))
        else:
            found = self._between_blanks(chunk, texts)
        if len(chunk) <= _LONGEST_KEPT:
            if len(self) >= _MOST_CHUNKS:
                self.clear()
            self[chunk] = found
        return found

    def _between_blanks(self, chunk: str, texts: list[str]) -> tuple[_Token, ...]:
        """Look up the tokens of a chunk that has other blanks (tabs, no-break spaces), or nothing at all."""
        found: list[_Token] = []
        # One blank stands between this chunk and the one before it.
        done = -1
        for text in texts:
            start = chunk.index(text, max(done, 0))
            found.append(_moved(self._others[text], start - done))
            done = start + len(text)
        return (*found, *(_BLANK for _ in range(len(chunk) - done)))


def _pairs(model: WordModel) -> dict[str, _Pairs]:
    """Arrange the known words by first syllable, then by second."""
    thirds: dict[str, set[str]] = {}
    for word in model.three_syllables:
        two, _, third = word.rpartition(" ")
        thirds.setdefault(two, set()).add(third)
    for_first, for_second = model.weights["+1:word.bi_gram()"], model.weights["-1:word.bi_gram()"]
    usual: _Pair = (for_first, for_second, None)
    pairs: dict[str, _Pairs] = {}
    for two in model.two_syllables | thirds.keys():
        first, _, second = two.partition(" ")
        pair = usual
        if two in thirds:
            known = two in model.two_syllables
            pair = (known * for_first, known * for_second, frozenset(thirds[two]))
        pairs.setdefault(first, {})[second] = pair
    return pairs


def _joining(text: str) -> int:
    """Say how pyvi lets a token be joined: punctuation (any stretch of ASCII's) and numbers never are.

    >>> _joining("xã"), _joining("Xã"), _joining("19"), _joining(":")
    (1, 2, 0, 0)
    """
    if text in string.punctuation or text[0].isdigit():
        return _ALONE
    return _TITLE if text[0].istitle() else _LOWER


def _moved(token: _Token, blanks: int) -> _Token:
    """Put more blanks before a token."""
    own, for_next, for_previous, lowered, pairs, kind, gap, step = token
    return own, for_next, for_previous, lowered, pairs, kind, gap + blanks, step + blanks


def _without_blanks(tokens: list[_Token]) -> tuple[list[_Token], int]:
    """Take the blanks out and count them to the tokens after them; the number left over comes last."""
    kept: list[_Token] = []
    blanks = 0
    for token in tokens:
        if token is _BLANK:
            blanks += 1
        else:
            kept.append(_moved(token, blanks) if blanks else token)
            blanks = 0
    return kept, blanks


def _joined(word: str, count: int) -> str:
    """Write a word of `count` tokens with `_` between them.

    >>> _joined("thị  xã", 2), _joined("TP.HCM", 2)
    ('thị_xã', 'TP._HCM')
    """
    tokens = word.split()
    return "_".join(tokens if len(tokens) == count else _tokens_of(word))


def _tokens_of(text: str) -> list[str]:
    """Find pyvi's tokens, in time that grows with the length of the text.

    >>> _tokens_of("Tp.HCM: 1.500 đ/người ==> a-b@c.vn")
    ['Tp.', 'HCM', ':', '1.500', 'đ', '/', 'người', '==>', 'a-b@c.vn']
    """
    tokens: list[str] = []
    done = 0
    for start, at, end in _addresses(text) if "@" in text else ():
        if at <= done:
            continue
        for match in _TOKEN.finditer(text, done):
            here = match.start()
            if here >= at:
                break
            if here >= start and not _BEFORE_ADDRESS.match(text, here):
                tokens.append(text[here:end])
                done = end
                break
            tokens.append(match.group())
            done = match.end()
    return tokens + _TOKEN.findall(text, done)


def _addresses(text: str) -> list[tuple[int, int, int]]:
    """Find e-mail addresses: where the local part starts, where the `@` is, where the domain ends.

    pyvi's rule is [a-zA-Z0-9_.+-]+@([a-zA-Z0-9-]+\\.)+[a-zA-Z0-9-]+, tried at each letter of the local part, which
    costs time squared on a long one. But the rule holds at one of its letters if it holds at all of them.

    >>> _addresses("gửi:a-b@c.vn")
    [(4, 7, 12)]
    """
    found = []
    at = -1
    for part in text.split("@")[:-1]:
        at += len(part) + 1
        local_part = len(part) - len(part.rstrip(_LOCAL_PART))
        domain = _DOMAIN.match(text, at + 1) if local_part else None
        if domain:
            found.append((at - local_part, at, domain.end()))
    return found
