"""Pages that hold no article, and how they are told."""

from __future__ import annotations

import re

from indexer.html.blocks import Blocks
from indexer.html.content import Region
from indexer.html.structured_data import Facts
from indexer.html.surroundings import is_home
from indexer.raw_page import RawPage

_MISSING = re.compile(
    r"(?:lỗi |error )?\s*(?:http )?404\b.*|.*(?:không tìm thấy (?:trang|nội dung|bài viết|đường dẫn|tin)|"
    r"(?:trang|bài viết|nội dung|tin)(?: \S+){0,6} không (?:còn )?tồn tại|page (?:cannot be|could not be|not) found|"
    r"(?:bài viết|nội dung|tin) (?:này )?(?:đã|không còn) (?:bị )?(?:xóa|xoá|gỡ)).*|not found",
    re.IGNORECASE,
)
_SEARCH = re.compile(r".*(?:kết quả tìm kiếm|search results?|tìm thấy \d+ (?:kết quả|bài|tin)).*", re.IGNORECASE)
_LOGIN = re.compile(r".*(?:đăng nhập|log ?in|sign in).*", re.IGNORECASE)
_SHORT = 600
"""Letters of a text that may be a message about a missing page."""

_FEWEST_ENTRIES = 3


def why_no_text(blocks: Blocks, frames: bool, scripts: bool, page_title: str) -> str:
    """Say why a page without any text is no article."""
    printed = [page_title, *(line.text for line in blocks.lines)]
    if frames:
        return "the page is made of frames and has no text itself; fetch the page within the frame"
    if any(_MISSING.fullmatch(text) for text in printed if len(text) < 200):
        return "the page says that what was asked for isn't there; look whether the article has moved"
    if not blocks.lines:
        made = "its text is made by a script" if scripts else "nothing is printed on it"
        return f"the page has no text ({made}); fetch the article's own page or its print view"
    if any(line.is_link for line in blocks.lines) and sum(line.is_link for line in blocks.lines) * 2 > len(
        blocks.lines
    ):
        return "the page lists links and has no text of its own; add the pages that it links to"
    return "no line on the page reads as an article's text; if it is one, name its body by a rules file"


def why_refused(
    page: RawPage, blocks: Blocks, page_title: str, facts: tuple[Facts, ...], has_login: bool
) -> str | None:
    """Say why a page with some text is no article all the same, None when it may be one."""
    prose = sum(line.letters for line in blocks.lines if line.is_prose)
    headings = [page_title, *(line.text for line in blocks.lines if line.heading)]
    said = headings if prose > _SHORT else [*headings, *(line.text for line in blocks.lines)]
    if any(_MISSING.fullmatch(text) for text in said if len(text) < 200):
        return "the page says that what was asked for isn't there; look whether the article has moved"
    is_stated = any(fact.published for fact in facts)
    if any(_SEARCH.fullmatch(text) for text in headings if len(text) < 200) and not is_stated:
        return "the page shows search results; add the pages that it links to"
    if has_login and prose <= _SHORT and any(map(_LOGIN.fullmatch, headings)):
        return "the page asks for a login; fetch the article as a reader who is logged in"
    if page.url and is_home(page.url) and not is_stated:
        return "the address is the site's first page, which is no article; add the pages that it links to"
    return None


def why_listing(blocks: Blocks, region: Region) -> str | None:
    """Say that a region is a list of articles with their beginnings, None when it is a text: there a link stands above
    nearly every paragraph."""
    prose = entries = 0
    after_link = False
    for line in blocks.lines[region.start : region.end]:
        if line.is_link:
            after_link = after_link or len(line.text) > 15
        elif line.is_prose:
            prose += 1
            entries += after_link
            after_link = False
    if entries >= _FEWEST_ENTRIES and entries * 3 >= prose * 2:
        return f"the page lists {entries} articles with their beginnings; add the pages that it links to"
    return None
