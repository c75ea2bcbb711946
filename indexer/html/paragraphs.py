"""The lines of the text as paragraphs, captions, signature."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from indexer.bylines import is_certain_signature, is_signature
from indexer.html.blocks import Block, Blocks
from indexer.html.content import is_outside

_CAPTION = re.compile(
    r"caption|chu-?thich|image-?desc|photo-?desc|img-?desc|imgdesc|pic-?desc|picture-?note", re.IGNORECASE
)
_CREDIT = re.compile(r"\(?\s*(?:ảnh|nguồn ảnh|ảnh minh họa|hình)\s*[:)]|[-–(.]\s*(?:ảnh|nguồn)\b\s*:", re.IGNORECASE)
_END_MARK = re.compile(r"(?P<end>\./\.|\.)\s+(?P<after>\S.*)$")
_LONGEST_CAPTION = 300
_MOST_SIGNED = 2
_AUTHOR = re.compile(r"author|tac-?gia|byline|ky-?ten|nguoi-?viet|signature|but-?danh", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """The text taken apart."""

    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    byline: str | None


def parts_of(blocks: Blocks, places: Sequence[int], tails: Sequence[int], chosen: Collection[int] = ()) -> Parts:
    """Take the captions and the signature out of the lines of a text; `tails` are the lines where a signature may stand
    outside, behind the last one and behind the container; `chosen` are lines known to be captions."""
    text: list[Block] = []
    captions: list[str] = []
    captioned: int | None = None
    for at in places:
        line = blocks.lines[at]
        holder = _caption_holder(blocks, line)
        if holder is not None and holder == captioned:
            captions[-1] += f" {line.text}"
        elif holder is not None or at in chosen or _is_below_picture(line):
            captions.append(line.text)
            captioned = holder
            continue
        else:
            text.append(line)
        captioned = holder
    text, byline = _signed(blocks, text)
    byline = byline or _signature_outside(blocks, tails, text[-1] if text else None)
    return Parts(tuple(line.text for line in text), tuple(captions), byline)


def _caption_holder(blocks: Blocks, line: Block) -> int | None:
    """Give the container that makes a line a caption: a figure's, one that says so, a small table with a picture,
    or of one with several pictures the cell."""
    inside, cell = line.container, 0
    while inside > 0:
        found = blocks.containers[inside]
        if found.tag == "figcaption" or _CAPTION.search(found.label):
            return inside
        if found.tag in ("table", "figure") and found.pictures:
            small = sum(len(part.text) for part in blocks.lines[found.start : found.end]) <= _LONGEST_CAPTION
            return (cell if found.pictures > 1 and cell else inside) if small else None
        cell = inside if found.tag == "td" and not cell else cell
        inside = found.parent
    return None


def _is_below_picture(line: Block) -> bool:
    if not line.after_picture or len(line.text) > _LONGEST_CAPTION or line.indented:
        return False
    if _CREDIT.search(line.text):
        return True
    marked = line.align == "center" or line.slanted * 10 >= line.letters * 9
    return marked or (len(line.text) <= 120 and line.text[-1] not in ".!?:;,…")


def _signed(blocks: Blocks, text: list[Block]) -> tuple[list[Block], str | None]:
    """Part the signature from the end of a text."""
    signed: list[Block] = []
    while len(text) > 1 and len(signed) < _MOST_SIGNED and _is_signed(blocks, text[-1], text[-2], bool(signed)):
        signed.insert(0, text.pop())
    if signed:
        return text, " ".join(line.text for line in signed)
    if text and (ended := _END_MARK.search(text[-1].text)):
        after = ended["after"].strip()
        certain = ended["end"] == "./." or text[-1].align == "right"
        if is_certain_signature(after) or (certain and is_signature(after)):
            return text, after
    return text, None


def _is_signed(blocks: Blocks, line: Block, above: Block, again: bool) -> bool:
    if again and ":" not in line.text:
        return False
    if len(line.text) > 120 or not is_signature(line.text.strip("()[] ")):
        return False
    marked = line.align == "right" or line.strong * 10 >= line.letters * 9 or line.slanted * 10 >= line.letters * 9
    labelled = _AUTHOR.search(blocks.containers[line.container].label) is not None
    return marked or labelled or is_certain_signature(line.text) or above.text[-1] in '.!?…”"'


def _signature_outside(blocks: Blocks, tails: Sequence[int], last: Block | None) -> str | None:
    """Give the signature that stands right below the text or its container."""
    if last is None:
        return None
    for line in (line for tail in tails for line in blocks.lines[tail : tail + 2]):
        if not is_outside(blocks, line.container) and not line.is_link and _is_signed(blocks, line, last, False):
            return line.text
    return None
