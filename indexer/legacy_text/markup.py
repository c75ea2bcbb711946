"""HTML in an old encoding, as markup in Unicode, so that whatever reads pages reads Vietnamese.

Pages of the time were written with `<font face=".VnTime">` over western characters, often as entities (`&micro;`), and
are served under any charset. Only what is printed tells the encoding, never a name.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from indexer.legacy_text.conversion import ONE_A_LETTER, ONE_BYTE_A_LETTER, converted_part, shown_as_western
from indexer.legacy_text.detection import CERTAIN_ENOUGH, UNICODE, Detected, Encoding, detect_in
from indexer.legacy_text.first_look import looks_old
from indexer.legacy_text.letters import BYTE_OF, UNICODE_ONLY
from indexer.legacy_text.utf16 import LOOKED_AT
from indexer.raw_page import RawPage

_TAG = re.compile(
    r"(<script\b.*?(?:</script\s*>|\Z)|<style\b.*?(?:</style\s*>|\Z)|<!--.*?(?:-->|\Z)|<[A-Za-z/!?][^<>]*>)",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY = re.compile(r"&(?:#[0-9]{2,4}|#[xX][0-9A-Fa-f]{2,4}|[A-Za-z]{2,8});")


def markup_in_unicode(content: bytes) -> tuple[str, Detected]:
    """Give the markup of a page in Unicode, "" when there is nothing to convert.

    >>> page = "<p>T&ecirc;n x&atilde;: BÕn Gç; huyÖn Ch©u §µi, tØnh Lôc Khª</p>"
    >>> markup_in_unicode(page.encode())[0]
    '<p>Tờn xó: Bến Gỗ; huyện Châu Đài, tỉnh Lục Khê</p>'
    """
    markup, bytes_are = shown_as_western(content)
    pieces = _TAG.split(markup)
    texts = [html.unescape(text) for text in pieces[::2]]
    if not any(map(looks_old, texts)):
        return "", UNICODE
    found = detect_in(texts)
    if found.encoding is None or found.confidence < CERTAIN_ENOUGH:
        return "", UNICODE
    if bytes_are == ONE_A_LETTER and (found.encoding not in ONE_BYTE_A_LETTER or _says_so(content, found.encoding)):
        return "", UNICODE
    mixed = any(UNICODE_ONLY.search(text) for text in texts)
    for at, piece in enumerate(pieces):
        is_text = at % 2 == 0
        if is_text or not (mixed or found.encoding is Encoding.VIQR):
            pieces[at] = converted_part(found.encoding, _ENTITY.sub(_western, piece), mixed=mixed)
    return "".join(pieces), found


def page_in_unicode(page: RawPage) -> tuple[RawPage, Detected]:
    """Give an HTML page with its markup in Unicode, and what was found; the page itself when there is nothing to
    convert."""
    markup, found = markup_in_unicode(page.content)
    if found.encoding is None:
        return page, found
    return replace(page, content=markup.encode("utf-8", "surrogatepass"), charset="utf-8"), found


def _says_so(content: bytes, encoding: Encoding) -> bool:
    """Say whether a page names the encoding that its letters show: then it is read as any page is."""
    return encoding is Encoding.WINDOWS_1258 and b"windows-1258" in content[:LOOKED_AT].lower()


def _western(entity: re.Match[str]) -> str:
    """Write out an entity of a western letter; those that markup needs stay."""
    char = html.unescape(entity.group())
    return char if "\u00a0" <= char <= "\u00ff" or (len(char) == 1 and ord(char) in BYTE_OF) else entity.group()
