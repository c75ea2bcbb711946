"""Who wrote an article: named by the portal's rules, stated for machines, marked near the text, or its signature."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.bylines import authors_of
from indexer.html.blocks import Blocks
from indexer.html.content import is_outside, is_related_heading
from indexer.html.opened_page import OpenedPage
from indexer.html.paragraphs import Parts, parts_of
from indexer.html.structured_data import Facts
from indexer.html.title import folded
from indexer.html.trail import Trail

_LONGEST_BYLINE = 300
"""Characters of a byline that a pattern is tried on: patterns of rules files may be slow."""

_AUTHOR = re.compile(r"author|tac-?gia|byline|ky-?ten|nguoi-?viet|but-?danh", re.IGNORECASE)
_NOBODY = re.compile(
    r"(?:super)?admin(?:istrator)?\d*|quản trị(?: viên)?|quan\s?tri|webmaster|host|super ?user|root|editor|"
    r"biên tập viên|ban biên tập|banbientap|bbt|user\d*|tintuc|guest",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:tác giả|người viết|người đăng|đăng bởi|viết bởi|bởi|by|posted by)\s*:?\s*", re.IGNORECASE)


def signed(
    opened: OpenedPage, place: tuple[int | None, int, int], text: list[int], sites: frozenset[str]
) -> tuple[tuple[str, ...], str | None, Parts]:
    """Find who wrote the text; give one value for each of them, the byline as printed, and the text without it. `place`
    is the title's line, the text's first, and the one behind its container."""
    blocks, trail = opened.blocks, opened.trail
    head, tail = place[:2], text[-1] + 1 if text else place[1]
    named, rule = _by_rules(opened), opened.selected.rule("author") if "author" in opened.selected.fields else ""
    if named:
        chosen = set(opened.selected.lines(blocks, "author"))
        text = [at for at in text if at not in chosen or blocks.lines[at].is_prose]
    elif (marked := _marked(blocks, head, tail)) is not None:
        text = [at for at in text if at != marked[0]]
        named, rule = marked[1], "line marked as author"
    captions = frozenset(opened.selected.lines(blocks, "caption"))
    parts = parts_of(blocks, text, (tail, place[2]), captions)
    if parts.byline and not rule.startswith("rules "):
        named, rule = parts.byline, "signature below the text"
    said = None if rule.startswith("rules ") else _stated(opened.facts, sites, trail)
    if named:
        trail.found("byline", rule, named)
    else:
        trail.failed("byline", "signature below the text", "the last lines are no name")
    if said is not None:
        if not named:
            trail.rules["byline"] = trail.rules["authors"]
        return said[1], named or said[0], parts
    if named and authors_of(named):
        trail.found("authors", rule, "; ".join(authors_of(named)))
    return (authors_of(named) if named else ()), named or None, parts


def _by_rules(opened: OpenedPage) -> str:
    """Give the byline that the portal's rules select, "" for none."""
    selected = opened.selected
    if "author" not in selected.fields or selected.rules is None:
        return ""
    text = " ".join(selected.fields["author"].texts)[:_LONGEST_BYLINE]
    if selected.rules.author_pattern is not None:
        match = selected.rules.author_pattern.search(text)
        text = (match[1] or "").strip() if match else ""
        if not text:
            opened.trail.failed("authors", selected.rule("author"), "author_pattern doesn't match its text")
    return text


def _stated(facts: Sequence[Facts], sites: frozenset[str], trail: Trail) -> tuple[str, tuple[str, ...]] | None:
    """Give the authors that are stated, as stated and one value each; who only runs the site is none."""
    for fact in facts:
        named = [name for name in fact.authors if not _NOBODY.fullmatch(name) and folded(name) not in sites]
        authors = tuple(dict.fromkeys(author for name in named for author in authors_of(name)))
        if authors:
            trail.found("authors", fact.source, "; ".join(authors))
            return "; ".join(named), authors
        trail.failed(
            "authors", fact.source, "names nobody" if not fact.authors else f"{fact.authors[0][:40]!r} is nobody"
        )
    return None


def _marked(blocks: Blocks, head: tuple[int | None, int], tail: int) -> tuple[int, str] | None:
    """Find the line near the text that is marked as the author, or says so."""
    title_at, first = head
    for at in (
        *range(0 if title_at is None else title_at + 1, first + 1),
        *range(tail, min(tail + 6, len(blocks.lines))),
    ):
        if at >= len(blocks.lines) or is_related_heading(blocks.lines[at]):
            break
        line = blocks.lines[at]
        if len(line.text) > 120 or is_outside(blocks, line.container):
            continue
        label = _LABEL.match(line.text)
        marked = _AUTHOR.search(blocks.containers[line.container].label + line.label) is not None
        if (marked or (label and ":" in label.group())) and (name := _LABEL.sub("", line.text, count=1).strip(" -|")):
            name = re.split(r"\s+[|–-]\s+", name)[0]
            if not _NOBODY.fullmatch(name) and authors_of(name):
                return at, name
    return None
