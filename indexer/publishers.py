"""Who published an article: the footer's line, and one value for each publisher."""

from __future__ import annotations

import re

from index.article import UNKNOWN
from indexer.capitals import one_tone_style
from indexer.clean_text import one_line
from indexer.news_outlets import is_host, outlet
from indexer.organisation_names import fold_capitals, in_capitals

_COPYRIGHT = re.compile(
    r"(?:bản quyền\s*)?(?:©|\(c\)(?=\s)|copyright\b|bản quyền(?: thuộc)?(?: về)?\b)"
    r"[\s:©]*(?:copyright\b|\(c\))?(?:\s*by\b)?\s*",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)?\d\d)?)")
_RESERVED = re.compile(
    r"[.,;|\-–\s]*(?:all rights? reserved|giữ bản quyền|giữ toàn quyền|bản quyền thuộc về)\W*", re.IGNORECASE
)
_LABEL = (
    r"(?:địa chỉ|trụ sở|điện thoại|đt|số điện thoại|tel|hotline|đường dây nóng|fax|e-?mail|thư điện tử|hộp thư|"
    r"giấy phép|gpxb|gp|website|trang web|chịu trách nhiệm|người chịu trách nhiệm|tổng biên tập|trưởng ban biên tập|"
    r"cơ quan chủ quản|(?:vui lòng )?ghi rõ nguồn|thiết kế bởi|designed by|powered by)"
)
_CONTACTS = re.compile(
    # A name may hold such words (Công ty Điện thoại Mây Núi): they are labels after a stop or before what they label.
    rf"(?:^|[.,;|–(]|\s-)\s*{_LABEL}\b.*|\b{_LABEL}\.?\s*(?:[:：]|số\b|\(?\+?\d).*",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_LINE = 240
_FEED = re.compile(r"(.+?)\s+[-–|]\s+.+")


def publisher_in_footer(line: str) -> str | None:
    """Give the organisation of a copyright line as printed, without its address and the like; None when the line is no
    such line, or names nobody.

    >>> publisher_in_footer("© 2019 SỞ Y TẾ TỈNH PHÚ YÊN"), publisher_in_footer("Sở Y tế")
    ('SỞ Y TẾ TỈNH PHÚ YÊN', None)
    >>> publisher_in_footer("© Sở Y tế tỉnh Phú Yên. Địa chỉ: 4 Tố Hữu, Điện thoại: (0257) 384 1111")
    'Sở Y tế tỉnh Phú Yên'
    """
    said = _claimed(line)
    return None if said is None else _name_in(_CONTACTS.sub("", said))


def is_copyright_line(line: str) -> bool:
    """Say whether a line claims the copyright for somebody, if only for an address.

    >>> is_copyright_line("© 2019. Điện thoại: (0257) 384 1111"), is_copyright_line("© 2019")
    (True, False)
    """
    said = _claimed(line)
    return said is not None and _name_in(said) is not None


def _claimed(line: str) -> str | None:
    """Give what stands after the words that claim the copyright."""
    match = _COPYRIGHT.match(line) if len(line) <= _LONGEST_LINE else None
    return None if match is None else _RESERVED.sub(" ", line[match.end() :])


def _name_in(said: str) -> str | None:
    name = _YEARS.sub(" ", said, count=1)
    name = one_line(name).strip(" ,.;:|-–©")
    return name if 2 < len(name) <= 200 and any(map(str.isalpha, name)) else None


def canonical_publisher(printed: str) -> str | None:
    """Give the one value of a publisher, None when nothing is named.

    >>> canonical_publisher("www.tienphong.vn"), canonical_publisher("VnExpress - Thể Thao")
    ('Tiền Phong', 'VnExpress')
    >>> canonical_publisher("SỞ Y TẾ TỈNH PHÚ YÊN"), canonical_publisher("Uỷ ban nhân dân xã An Hòa")
    ('Sở Y tế tỉnh Phú Yên', 'Ủy ban nhân dân xã An Hòa')
    """
    name = one_line(printed).strip(" ,;:|-–\"'“”")
    if not name or name.casefold() == UNKNOWN:
        return None
    if known := outlet(name):
        return known
    if (feed := _FEED.fullmatch(name)) and (known := outlet(feed[1])):
        return known
    if is_host(name):
        return name.lower().removeprefix("www.")
    return fold_capitals(name) if in_capitals(name) else one_tone_style(name)
