"""Which lines of a page are the article's text.

The text is found from its long lines. Of those between the title and the first list of other articles, the container
that holds nearly all, and none of whose parts does, is the text's. Lines in it that are links, counters, buttons are
taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.furniture import furniture_shape, is_learned
from indexer.html.blocks import Block, Blocks
from indexer.page_lines import PageLine

_RELATED = re.compile(
    r"[\W_]*(?:(?:các|những|một số|xem|đọc)\s+)*(?:tin|bài)(?:\s+(?:viết|tức|đăng|bài))?\s*(?:[,/&và]*\s*(?:bài|tin))?"
    r"\s*(?:khác|liên quan|mới(?:\s+(?:nhất|hơn|đăng|cập nhật))?|cũ(?:\s+hơn)?|đã (?:đưa|đăng)|"
    r"cùng (?:chuyên mục|loại|chủ đề)|"
    r"đọc nhiều|xem nhiều|nổi bật|tiêu điểm|trước đó|tiếp theo)\b.{0,40}"
    r"|[\W_]*(?:có thể bạn quan tâm|bạn đọc quan tâm|tiêu điểm|đọc nhiều(?: nhất)?|xem nhiều(?: nhất)?|"
    r"cùng chuyên mục|xem thêm|đọc thêm|related (?:news|posts|articles)|bình luận|ý kiến bạn đọc|phản hồi|"
    r"bài liên quan)[\s:.»>()\d]*",
    re.IGNORECASE,
)
OUTSIDE = re.compile(
    r"[ _-](?:related|lien-?quan|relate|tin-?khac|other-?news|tin-?lien-?quan|side-?bar|foot|footer|"
    r"comment\w*|binh-?luan|widget|breadcrumbs?|menu|nav|navbar|navigation|banner|quang-?cao|advert\w*|ads|weather|thoi-?tiet|"
    r"counter|thong-?ke|hot-?news|most-?read|xem-?nhieu|doc-?nhieu|social|share|tags?|pagination|login|search)"
    r"(?=[ _\-\d])"
)
_OUTSIDE_TAGS = frozenset(("nav", "aside", "footer"))
_MOST_OF_IT = 0.66
_SINGLE = 0.9
_CHOICES = re.compile(
    r"[\W_]*(?:in (?:bài|tin|trang)|gửi|chia sẻ|lưu|về trang|quay lại|trở (?:về|lại)|đầu trang)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of the text, `lines[start:end]`, the container they stand in, and how it was found."""

    container: int
    start: int
    end: int
    rule: str


def is_related_heading(line: Block) -> bool:
    """Say whether the line heads a list of other articles, or what readers wrote."""
    return is_related_text(line.text)


def is_related_text(text: str) -> bool:
    """Say likewise of a text.

    >>> is_related_text("Các tin khác:"), is_related_text("Tin liên quan"), is_related_text("Tin vui trên bản cao")
    (True, True, False)
    """
    return len(text) <= 80 and _RELATED.fullmatch(text) is not None


def is_outside(blocks: Blocks, container: int) -> bool:
    """Say whether a container is marked as something else than the text."""
    while container > 0:
        found = blocks.containers[container]
        if found.tag in _OUTSIDE_TAGS or OUTSIDE.search(found.label):
            return True
        container = found.parent
    return False


def find_region(blocks: Blocks, title_at: int | None) -> Region | None:
    """Find the lines of the text, None when no line reads as one."""
    start = 0 if title_at is None else title_at + 1
    weights = _weights(blocks, start)
    if not any(weights) and start:
        weights = _weights(blocks, 0)
    if not any(weights):
        return None
    totals = [0]
    for weight in weights:
        totals.append(totals[-1] + weight)

    def weight_of(container: int) -> int:
        found = blocks.containers[container]
        return totals[found.end] - totals[found.start]

    at = 0
    while True:
        whole = weight_of(at)
        best = max(blocks.containers[at].children, key=weight_of, default=None)
        if best is None or weight_of(best) <= 0:
            break
        found = blocks.containers[best]
        prose = sum(1 for place in range(found.start, found.end) if weights[place])
        if weight_of(best) < whole * (_SINGLE if prose < 2 else _MOST_OF_IT):
            break
        at = best
    first = next(place for place, weight in enumerate(weights) if weight)
    found = blocks.containers[at]
    return Region(at, max(found.start, start if start <= first else 0), found.end, "container of the long lines")


def _weights(blocks: Blocks, start: int) -> list[int]:
    """Weigh each line: its letters when it reads as prose and stands where the text can be, else 0."""
    outside: dict[int, bool] = {}
    weights = [0] * len(blocks.lines)
    seen = 0
    for at in range(start, len(blocks.lines)):
        line = blocks.lines[at]
        if seen and is_related_heading(line):
            break
        if not _is_text(line):
            continue
        if line.container not in outside:
            outside[line.container] = is_outside(blocks, line.container)
        if not outside[line.container]:
            weights[at] = line.letters
            seen += 1
    return weights


def _is_text(line: Block) -> bool:
    if line.is_prose:
        return not furniture_shape(line.text)
    closes = len(line.text) > 25 and line.text[-1] in ".!?…" and len(line.text.split()) > 5
    return closes and not line.is_link and not furniture_shape(line.text)


def text_lines(blocks: Blocks, region: Region, repeated: frozenset[str] = frozenset()) -> list[int]:
    """Give the places of the lines of the region that are the article's: down to the list of other articles below it,
    without such lists on the way, links on their own, buttons and counters, and what the portal is known to repeat."""
    kept: list[int] = []
    prose_seen = False
    at = region.start
    while at < region.end:
        line = blocks.lines[at]
        if is_related_heading(line):
            if prose_seen and not _goes_on(blocks, at, region):
                break
            at = _after_list(blocks, at, region)
            continue
        at += 1
        if line.container != region.container and _is_marked_outside(blocks, line.container, region.container):
            continue
        if line.is_link and not line.is_prose and not (line.text[-1:] in ".!?" and len(line.text) > 60):
            continue
        if repeated and is_learned(PageLine(line.text, line.indented), repeated):
            continue
        if not line.is_prose and (furniture_shape(line.text) or (len(line.text) < 60 and _CHOICES.match(line.text))):
            continue
        kept.append(at - 1)
        prose_seen = prose_seen or line.is_prose
    return kept


def _after_list(blocks: Blocks, at: int, region: Region) -> int:
    """Give the line after a list of other articles: behind the box that it stands in, and behind its links."""
    box = _box(blocks, at, region)
    at = max(at + 1, blocks.containers[box].end if box is not None else 0)
    while at < region.end and blocks.lines[at].is_link:
        at += 1
    return at


def _box(blocks: Blocks, at: int, region: Region) -> int | None:
    """Give the largest container that begins with this line, within the region's."""
    box = None
    inside = blocks.lines[at].container
    while inside not in (region.container, -1) and blocks.containers[inside].start == at:
        box, inside = inside, blocks.containers[inside].parent
    return box


def _goes_on(blocks: Blocks, at: int, region: Region) -> bool:
    """Say whether the text goes on behind a list in its middle: prose comes, and no further list of links."""
    rest = blocks.lines[_after_list(blocks, at, region) : region.end]
    prose = next((place for place, line in enumerate(rest) if line.is_prose), None)
    return prose is not None and not any(line.is_link or is_related_heading(line) for line in rest[: prose + 3])


def _is_marked_outside(blocks: Blocks, container: int, top: int) -> bool:
    while container not in (top, 0):
        found = blocks.containers[container]
        if found.tag in _OUTSIDE_TAGS or OUTSIDE.search(found.label):
            return True
        container = found.parent
    return False
