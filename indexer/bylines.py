"""Signatures: which lines are one, and the people and agencies that one names.

Bylines come as `Tin, ảnh: Thanh Hưng`, `TIẾN LONG;THÀNH CHUNG`, `Huyền Lê (Theo AFP)`, `Vũ Khuyên/VOV`,
`Quỳnh Chi (T/h)-Thứ năm, ngày 14/07/2022 17:28 GMT+7`. What is neither a person's name nor an agency's nor an
organisation's is left out: the byline itself is kept as printed beside.
"""

from __future__ import annotations

import re

from index.article import UNKNOWN
from indexer.capitals import is_syllable, one_tone_style
from indexer.clean_text import clean, one_line
from indexer.news_outlets import is_host, outlet
from indexer.organisation_names import fold_capitals, in_capitals, names_a_body
from indexer.person_names import (
    begins_as_person,
    begins_with_surname,
    canonical_person,
    is_no_name,
    is_person,
    joined_titles,
)

_WORK = (
    r"(?:tin|bài viết|bài|ảnh|hình|phóng sự|video|clip|đồ họa|đồ hoạ|infographics?|design|thiết kế|dữ liệu|"
    r"nguồn tin|nguồn|tác giả|thực hiện|tổng hợp|biên tập|biên dịch|lược dịch|sưu tầm|nội dung|trình bày|"
    r"người viết|người đăng|đăng bởi|cộng tác viên|ctv|phóng viên|text|photo)"
)
_ROLE = re.compile(rf"(?:{_WORK}\s*(?:[,&/+\-–]|và|\s)\s*){{0,3}}{_WORK}\s*:\s*", re.IGNORECASE)
_PICTURE = re.compile(r"ảnh|hình|video|clip|đồ họa|đồ hoạ|design|thiết kế|dữ liệu|photo", re.IGNORECASE)
_TEXT = re.compile(r"tin|bài|nguồn|tác giả|thực hiện|phóng sự", re.IGNORECASE)
_AFTER = re.compile(r"[\s(]*\b(?:theo|nguồn)\b\s*:?\s*(?=\w)", re.IGNORECASE)
_AFTER_GLUED = re.compile(r"\(\s*theo(?=[^\W\d_])", re.IGNORECASE)
_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|bẩy)|chủ nhật)"
_STAMP = re.compile(rf"\s*[-–,|]?\s*{_WEEKDAY}\s*,\s*ngày\s.*$", re.IGNORECASE | re.S)
_LONG_NOTE = r"(?:tổng hợp|biên dịch|lược dịch|sưu tầm)"
_SHORT_NOTE = r"(?:^|(?<=[\s(]))(?:t\s?/\s?h|th|st|ghi|dịch|thực hiện)"
_NOTE = re.compile(rf"\s*\(?\s*(?:{_LONG_NOTE}|{_SHORT_NOTE})\s*\)?\s*$", re.IGNORECASE)
_CONTACT = re.compile(
    r"(?:\be-?mail\s*:?\s*)?[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)*|(?:\b(?:sđt|đt|điện thoại|tel|hotline)\s*[:.]?\s*)?"
    r"(?<![\d.])\+?\(?\d(?:[\d .\-()]){6,16}\d",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://([a-z0-9.\-]+)[^\s()]*", re.IGNORECASE)
_WHEN = re.compile(
    r"(?:\bngày\s*)?\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}(?::\d\d){1,2}(?!\d)", re.IGNORECASE
)
_BY = re.compile(r"^(?:by|bởi|đăng bởi)\s+(?=[^\W\d_])", re.IGNORECASE | re.MULTILINE)
_REPORTER = re.compile(r"\bp/v\b", re.IGNORECASE)
_BARE_ROLE = re.compile(r"^(\W*(?:tin|bài)\s*(?:,|&|\+|-|và)\s*ảnh)\s+(?=[^\W\d_])", re.IGNORECASE | re.MULTILINE)
_PLACE = re.compile(r"\(\s*từ\s*\w?[^()]*\)?", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\s*[;,&|/\n]\s*|\s+[-–—]\s*|\s*[-–—]\s+|\s+và\s+|\.\s+(?=ảnh|bài|tin|clip|video)", re.IGNORECASE
)
_ORGANISATION = re.compile(
    r"(?:báo|đài|tạp chí|công ty|tập đoàn|tổng công ty|ban|cổng|văn phòng|sở|hội|trung tâm|phòng|đoàn|nhóm|"
    r"bộ|cục|chi cục|trường|bệnh viện|ubnd|hđnd|đảng ủy|tỉnh ủy|huyện ủy|thành ủy|công an|viện)\s+\S.*",
    re.IGNORECASE,
)
_PRESS = re.compile(r"(?:báo|đài|tạp chí|cổng|truyền hình)\s+\S.*", re.IGNORECASE)
_PRESS_IN_TEXT = re.compile(r"(?:báo|đài|tạp chí|cổng)\s+[^\W\d_]")
_CORRESPONDENT = re.compile(r"(.+?)\s+(?:tại|phát|thường trú)(?:\s.*)?", re.IGNORECASE)
_A_SYLLABLE = re.compile(r"[^\W\d_]{2,7}")
_BROADCASTER = re.compile(r"(VOV|VTV)(?=[\s\d.\-–]).*")
_LEADING_AGENCY = re.compile(r"([A-Z]{2,6}) (?=[^\W\d_]+ [^\W\d_])")
_BRACKET = "("
_GENERIC = frozenset(("PV", "CTV", "BTV", "Nhóm PV"))
_LONGEST_SIGNATURE = 120
_LONGEST_BYLINE = 1_000
"""Characters of a byline that are read: the longest in the corpora have 100, and taking one apart is quadratic."""


def is_signature(line: str) -> bool:
    """Say whether a line that follows an article's end signs it.

    >>> is_signature("Trần Thanh Hưng"), is_signature("Tin, ảnh: T.B"), is_signature("Các chuyên mục")
    (True, True, False)
    """
    if not line or len(line) > _LONGEST_SIGNATURE or line[-1] in ":;,…":
        return False
    bare = line.strip(" ()*.-–/")
    if _ROLE.match(bare) or re.match(r"theo:?\s+\S", bare, re.IGNORECASE):
        return len(bare.split()) <= 16 and bool(authors_of(bare))
    pieces = [piece for piece in _BETWEEN.split(bare) if piece]
    return 0 < len(pieces) <= 5 and all(is_person(piece) or _is_known(piece) for piece in pieces)


def is_certain_signature(line: str) -> bool:
    """Say whether a line is a signature wherever it stands: it has a surname or says what was done.

    >>> is_certain_signature("Trần Thanh Hưng"), is_certain_signature("Theo TTXVN"), is_certain_signature("Góc Ảnh")
    (True, True, False)
    """
    marked = ":" in line or line.lower().startswith(("theo ", "(theo "))
    return is_signature(line) and (marked or begins_with_surname(line.strip(" ()*.-–/")))


def _is_known(piece: str) -> bool:
    """Agencies, and the bodies that sign for their staff."""
    if outlet(piece) is not None:
        return True
    return (
        bool(_ORGANISATION.fullmatch(piece))
        and re.match(r"(?:ban biên tập|nhóm|phóng viên)\b", piece.lower()) is not None
    )


def authors_of(byline: str) -> tuple[str, ...]:
    """Give the people and agencies of a byline, one value each, in the order printed.

    Of a byline longer than any, the beginning is read.

    >>> authors_of("TIẾN LONG;THÀNH CHUNG"), authors_of("Tin, ảnh: Minh Thu (TTXVN)")
    (('Tiến Long', 'Thành Chung'), ('Minh Thu', 'TTXVN'))
    >>> authors_of("Huyền Lê (Theo AFP)"), authors_of("Hạnh Vân-Thứ năm, ngày 23/06/2022 10:21 GMT+7")
    (('Huyền Lê', 'AFP'), ('Hạnh Vân',))
    """
    text = _STAMP.sub("", "\n".join(one_line(line) for line in clean(byline[:_LONGEST_BYLINE]).split("\n")))
    text = _PLACE.sub(" ", _without_contacts(text))
    text = _AFTER_GLUED.sub("\n", text)
    text = _AFTER.sub("\n", text)
    found: dict[str, None] = {}
    pictures = False
    for piece in _pieces(text):
        role = _ROLE.match(piece)
        if role:
            pictures = bool(_PICTURE.search(role.group())) and not _TEXT.search(role.group())
            piece = piece[role.end() :]
        for name in _named(piece.removeprefix(_BRACKET), credited=role is not None):
            if piece.startswith(_BRACKET) and is_person(name) and not _is_press(name):
                continue
            if not pictures or _is_photographer(name):
                found.setdefault(name)
    return _most_telling(tuple(found))


def _without_contacts(text: str) -> str:
    """Take out when it was and how to reach the author; cut where that stood. An address leaves its host."""
    text = _ADDRESS.sub(r" \1 ", _REPORTER.sub("PV", text))
    text = _CONTACT.sub("\n", _WHEN.sub("\n", joined_titles(text)))
    return _BARE_ROLE.sub(r"\1: ", _BY.sub("", text))


def _most_telling(names: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out who is nobody in particular, and the office of a person who signs, unless nobody else is named."""
    named = tuple(name for name in names if name not in _GENERIC) or names
    people = tuple(name for name in named if not _is_office(name))
    return people or named


def _is_press(name: str) -> bool:
    return outlet(name) is not None or _PRESS.fullmatch(name) is not None


def _is_office(name: str) -> bool:
    """Say whether a name is a body's whose people sign with their own names; a newspaper is a source."""
    return _ORGANISATION.fullmatch(name) is not None and not is_person(name) and not _is_press(name)


def authors_listed(entries: list[str]) -> tuple[str, ...]:
    """Give the authors of a list that an export names one by one; an entry that can't be a name stays as it
    is."""
    found: dict[str, None] = {}
    for entry in entries:
        kept = one_tone_style(one_line(entry))
        for name in authors_of(entry) or ((kept,) if kept and kept.casefold() != UNKNOWN else ()):
            found.setdefault(name)
    return tuple(found)


def _is_photographer(name: str) -> bool:
    """Say whether a picture credit names a person (`Ảnh: Reuters`, `Ảnh: Facebook NV` don't)."""
    return is_person(name) and outlet(name) is None and bool(re.search(r"[ .]", name)) and "Facebook" not in name


def _pieces(text: str) -> list[str]:
    """Cut a byline where one name ends: separators, brackets, a role in the middle.

    What stands in brackets begins with `_BRACKET`: a person's own place or office there is not a second
    author.
    """
    pieces: list[str] = []
    rest = text
    while rest:
        role = _ROLE.match(rest)
        start = role.end() if role else 0
        later = _ROLE.search(rest, start + 1)
        cut = later.start() if later else len(rest)
        parts = [
            ("" if index == 0 or before == ")" else _BRACKET) + part
            for index, (before, stretch) in enumerate(_stretches(rest[start:cut]))
            for part in _BETWEEN.split(stretch)
        ]
        pieces.extend([(role.group() if role else "") + parts[0], *parts[1:]])
        rest = rest[cut:]
    return pieces


def _stretches(text: str) -> list[tuple[str, str]]:
    """Give what stands between brackets, each with the bracket before it."""
    cut = re.split(r"([()\[\]])", text)
    return list(zip(["", *(")" if mark in ")]" else "(" for mark in cut[1::2])], cut[::2], strict=True))


def _named(piece: str, *, credited: bool = False) -> list[str]:
    """Give the names in a stretch without separators; one, or several joined by a hyphen without blanks. Behind the
    word that says what was done (`credited`) any syllable is somebody's name."""
    name = _NOTE.sub("", piece).strip(" .:*-–\"'“”")
    if not name or name.casefold() == UNKNOWN:
        return []
    if known := outlet(name):
        return [known]
    if (nobody := canonical_person(name)) in _GENERIC:
        return [nobody]
    correspondent = _CORRESPONDENT.fullmatch(name)
    if correspondent and (known := outlet(correspondent[1])):
        return [known]
    if broadcaster := _BROADCASTER.fullmatch(name):
        return [broadcaster[1]]
    joined = re.split(r"[-–]", name)
    if len(joined) > 1 and all(" " in part.strip() and is_person(part.strip()) for part in joined):
        return [canonical_person(part.strip()) for part in joined]
    leading = _LEADING_AGENCY.match(name)
    if leading and (known := outlet(leading[1])):
        return [known, *_named(name[leading.end() :])]
    if organisation := _organisation(name):
        return [organisation]
    person = canonical_person(name)
    if person != name:
        # Without its title or capitals it may turn out to be an agency's name, or two.
        return _named(person, credited=credited)
    if is_person(person) or (credited and _is_lone_syllable(person)):
        return [person]
    return [name.lower().removeprefix("www.")] if is_host(name) and not is_no_name(name) else []


def _organisation(name: str) -> str | None:
    """Give a body's name as it is written, None for any other name."""
    if not _ORGANISATION.fullmatch(name) or not names_a_body(name):
        return None
    if in_capitals(name):
        written = fold_capitals(name)
        return written if not is_person(name) or (not is_person(written) and not begins_as_person(name)) else None
    if is_person(name):
        return None
    if name[0].islower() and _PRESS_IN_TEXT.match(name) and any(map(str.isupper, name)):
        name = name[0].upper() + name[1:]
    return one_tone_style(name) if name[0].isupper() else None


def _is_lone_syllable(name: str) -> bool:
    return bool(_A_SYLLABLE.fullmatch(name)) and name[0].isupper() and is_syllable(name) and not is_no_name(name)
