"""The title of an article, which never is the name of the portal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from indexer.html.blocks import Block, Blocks
from indexer.html.structured_data import Facts
from indexer.html.trail import Trail
from indexer.published_dates import is_date_line

_ONLY_SITE = re.compile(
    r"(?:cổng (?:thông tin|ttđt|tt ?đt)\b.*|trang (?:thông tin|tin)\b.*|trang (?:chủ|nhất|web)(?:\s*[-|»>:].*)?"
    r"|home|homepage|website\b.*|index|untitled.*|bản in|in trang|tin tức|tin chi tiết|"
    r"chi tiết(?: tin| bài viết)?|news|article|details?)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s+[-–—|»>:•·]+\s+|\s*[|»]\s*|\s+>\s*|\s*>\s+")
_HINTS = re.compile(r"title|tieu-?de|headline|heading|tentin|articlehead|newshead|tit\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"related|lien-?quan|tin-?khac|other|sidebar|side-|aside|widget|menu|nav|footer|header-|banner|logo|breadcrumb|hot-?news"
)
_LONGEST = 400


def folded(text: str) -> str:
    """Give the form in which the same title is the same, whatever its capitals, blanks and marks.

    >>> folded("HỘI  NGHỊ “Tổng kết”") == folded("Hội nghị tổng kết")
    True
    """
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text).casefold()).split())


def names_of_site(facts: Sequence[Facts], page_title: str, publisher: str) -> frozenset[str]:
    """Give what the portal is called, in folded form."""
    named = [publisher, *(fact.publisher for fact in facts)]
    pieces = _BETWEEN.split(page_title)
    named += [piece for piece in pieces if _ONLY_SITE.fullmatch(piece.strip())]
    return frozenset(filter(None, map(folded, named)))


def is_site(text: str, sites: frozenset[str]) -> bool:
    """Say whether a text is a portal's name or a word like Trang chủ, and no title.

    >>> is_site("Trang chủ", frozenset()), is_site("Cổng thông tin điện tử tỉnh Hải Lam", frozenset())
    (True, True)
    >>> is_site("Trang trại gió đầu tiên", frozenset())
    False
    """
    return not folded(text) or folded(text) in sites or _ONLY_SITE.fullmatch(text.strip(" :|-–—•»>.")) is not None


def without_site(text: str, sites: frozenset[str]) -> str:
    """Take the portal's name off a title's end or beginning.

    >>> without_site("Mưa lớn ở Đồng Bấc - Cổng thông tin xã Đồng Bấc", frozenset())
    'Mưa lớn ở Đồng Bấc'
    >>> without_site("Sóng - gió | Báo Hải Lam", frozenset(["báo hải lam"]))
    'Sóng - gió'
    """
    cuts = list(_BETWEEN.finditer(text))
    end = len(text)
    for cut in reversed(cuts):
        if not is_site(text[cut.end() : end], sites):
            break
        end = cut.start()
    text = text[:end]
    for cut in _BETWEEN.finditer(text):
        if is_site(text[: cut.start()], sites) and not is_site(text[cut.end() :], sites):
            return without_site(text[cut.end() :], sites)
        break
    return text.strip()


def candidates(
    facts: Sequence[Facts], page_title: str, sites: frozenset[str], trail: Trail
) -> Iterator[tuple[str, str]]:
    """Give what is stated as the title, each with its rule; the portal's name is noted and left out."""
    for fact in facts:
        if not fact.title:
            trail.failed("title", fact.source, "states none")
        elif is_site(title := without_site(fact.title, sites), sites):
            trail.failed("title", fact.source, f"{fact.title[:60]!r} is the portal's name")
        else:
            yield fact.source, title
    if is_site(title := without_site(page_title, sites), sites):
        trail.failed("title", "<title>", f"{page_title[:60]!r} is the portal's name" if page_title else "there is none")
    else:
        yield "<title>", title


def printed_part(title: str, blocks: Blocks) -> tuple[str, int] | None:
    """Give the longest part of a stated title that a line prints, with the line: portals put sections and their name
    before or behind it."""
    cuts = list(_BETWEEN.finditer(title))[:6]
    ends, starts = [len(title), *(cut.start() for cut in reversed(cuts))], [0, *(cut.end() for cut in cuts)]
    for start in starts:
        for end in ends:
            if end > start and (at := place_of(title[start:end], blocks)) is not None:
                return title[start:end].strip(), at
    return None


def place_of(title: str, blocks: Blocks) -> int | None:
    """Give the line that prints a title: a heading before a plain line, never one in a list of links."""
    wanted = folded(title)
    if not wanted:
        return None
    best: tuple[int, int] | None = None
    for at, line in enumerate(blocks.lines):
        if not len(title) // 2 <= len(line.text) <= min(2 * len(title) + 20, _LONGEST) or folded(line.text) != wanted:
            continue
        labels = blocks.labels_above(at)
        rank = (0 if line.heading else 2) + (1 if line.is_link else 0) + (4 if _ELSEWHERE.search(labels) else 0)
        if best is None or rank < best[0]:
            best = (rank, at)
    return best[1] if best else None


def printed_title(blocks: Blocks, before: int, sites: frozenset[str]) -> tuple[str, int] | None:
    """Find the title among the lines above the text, when nothing states it: a heading, a line marked as title, the
    line above the date; the last one before the text counts. Gives the rule and the line."""
    lines = blocks.lines

    def can_be(at: int) -> bool:
        line = lines[at]
        return 8 <= len(line.text) <= _LONGEST and not is_site(line.text, sites) and not is_date_line(line.text)

    above = [at for at in range(before) if can_be(at)]
    headings = [at for at in above if lines[at].heading and not _ELSEWHERE.search(blocks.labels_above(at))]
    if headings:
        # The text's own headings may stand above its first long line: the largest counts, the last of those.
        largest = min(lines[at].heading for at in headings)
        return f"<h{largest}> above the text", [at for at in headings if lines[at].heading == largest][-1]
    marked = [at for at in above if _own_label(blocks, at) and not lines[at].is_link]
    if marked:
        return "line marked as title", marked[-1]
    dated = next((at for at in range(before - 1, -1, -1) if is_date_line(lines[at].text.strip("() "))), None)
    if dated is not None and (own := [at for at in above if at < dated and not lines[at].is_link]):
        return "line above the date", own[-1]
    strong = [at for at in above if _is_strong(lines[at]) and not lines[at].is_link]
    if strong:
        return "strong line above the text", strong[-1]
    return None


def _own_label(blocks: Blocks, at: int) -> bool:
    line = blocks.lines[at]
    return bool(_HINTS.search(blocks.containers[line.container].label + line.label)) and not _ELSEWHERE.search(
        blocks.labels_above(at)
    )


def _is_strong(line: Block) -> bool:
    return line.strong * 10 >= line.letters * 9
