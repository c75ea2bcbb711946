"""The form for those who don't know operators: what it asks, as a search, and what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from index.article import UNKNOWN
from index.query import Sort
from index.query_parser import MAX_CHARACTERS, MAX_UNITS
from service.arguments import SearchArguments
from service.links import Links
from service.overview import Overview
from service.plain_query import PlainQuery, TooLong, has_plain_words_only, written
from service.query_string import Reader
from service.wording import UNKNOWN_LABEL, first_day, last_day

WORDS = ("all", "phrase", "any", "none")
"""The fields for words. A form that is sent holds them all; a link to the form none of them."""
FIELDS = (*WORDS, "title", "author", "publisher", "section", "from", "to", "sort")
SORTS = ((Sort.NEWEST.value, "mới nhất trước"), (Sort.OLDEST.value, "cũ nhất trước"))
Choices = tuple[tuple[str, str], ...]
"""Values of a field, and what the reader sees of each."""


@dataclass(frozen=True, slots=True)
class AdvancedForm:
    """What stands in the form, and why it isn't answered."""

    plain: PlainQuery
    within: SearchArguments
    notices: tuple[str, ...] = ()
    from_day: str = ""
    to_day: str = ""


def read_form(args: MultiDict[str, str], links: Links) -> tuple[AdvancedForm, SearchArguments | None]:
    """Read the form, and the search that it asks for; None when it isn't sent yet or something must be mended."""
    if not any(name in args for name in WORDS):
        return _filled_in(args, links), None
    reader = Reader(args, FIELDS)
    asked = SearchArguments(
        period=reader.period(),
        publishers=reader.names("publisher", "nơi đăng")[:1],
        sections=reader.names("section", "chuyên mục")[:1],
        sort=reader.sort(),
        size=links.page_size,
    )
    plain = PlainQuery(
        **{name: args.get(name, "")[:MAX_CHARACTERS] for name in WORDS},
        in_title="title" in args,
        author=args.get("author", "")[:MAX_CHARACTERS],
    )
    notices = [fault.notice for fault in reader.faults if fault.notice]
    try:
        asked = replace(asked, q=written(plain))
    except TooLong:
        notices.append(
            f"Nhiều chữ quá: cả thảy chỉ tìm được {MAX_UNITS} tiếng, {MAX_CHARACTERS} ký tự. Hãy bớt đi một ít."
        )
    else:
        if not links.pairs(replace(asked, sort=None)):
            notices.append("Hãy điền ít nhất một ô.")
    return _shown(plain, asked, notices), None if notices else asked


def _filled_in(args: MultiDict[str, str], links: Links) -> AdvancedForm:
    """Fill the form in with a search: its words if they are plain, and what the form has fields for."""
    reader = Reader(args, ("q", "author", "publisher", "section", "from", "to", "sort"))
    q = reader.query()
    authors, publishers, sections = (
        reader.names("author", ""),
        reader.names("publisher", ""),
        reader.names("section", ""),
    )
    within = SearchArguments(
        period=reader.period(),
        publishers=publishers if len(publishers) == 1 else (),
        sections=sections if len(sections) == 1 else (),
        sort=reader.sort(),
        size=links.page_size,
    )
    plain = PlainQuery(all=q if has_plain_words_only(q) else "", author=authors[0] if len(authors) == 1 else "")
    return _shown(plain, within, [])


def _shown(plain: PlainQuery, within: SearchArguments, notices: list[str]) -> AdvancedForm:
    span = within.period.range if within.period else None
    return AdvancedForm(
        plain,
        within,
        tuple(dict.fromkeys(notices)),
        first_day(span) if span else "",
        last_day(span) if span else "",
    )


def choices(overview: Overview, within: SearchArguments) -> tuple[Choices, Choices]:
    """Give the publishers and the sections to choose from, those chosen already among them."""
    publishers = dict.fromkeys([*within.publishers, *sorted(count.value for count in overview.publishers)])
    sections = dict.fromkeys([*within.sections, *sorted(count.value for count in overview.sections)])
    return _as_they_are(publishers), _as_they_are(sections)


def _as_they_are(values: Iterable[str]) -> Choices:
    return tuple((value, UNKNOWN_LABEL if value == UNKNOWN else value) for value in values)
