"""What a portal prints around every article: menus, counters, the footer.

Two things tell it apart from the article: its shape (`furniture_shape`), which works on the first page ever
seen, and that it is repeated over the pages of one portal (`learned`), which needs a few pages. Lines are
counted by `line_key`, in which every number is alike, so that counters repeat too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from indexer.bylines import is_certain_signature, is_signature
from indexer.page_lines import PageLine
from indexer.published_dates import is_date_line
from indexer.publishers import is_copyright_line

_COUNTER = re.compile(r"[\d.,\s]+")
_LABELLED = re.compile(
    r"(?:"
    r"đang (?:trực tuyến|truy cập|online|xem)|"
    r"(?:tổng )?(?:số )?(?:lượt|lần) (?:truy cập|xem|đọc)|"
    r"tổng số truy cập|tổng (?:số )?(?:lượt )?(?:truy cập|cộng)|"
    r"hôm nay|hôm qua|trong (?:tuần|tháng|ngày|năm)(?= *:)|tất cả|"
    r"số (?:người|khách)(?: đang)? (?:truy cập|trực tuyến|online)|"
    r"khách (?:viếng thăm|online|trực tuyến)|thành viên(?: trực tuyến| online)?|lượt (?:truy cập|xem)|"
    r"địa chỉ|trụ sở|điện thoại|đt|sđt|tel|phone|fax|e-?mail|thư điện tử|website|hotline|đường dây nóng|"
    r"giấy phép(?: số)?|gp số|số giấy phép|thiết kế|phát triển bởi|cơ quan chủ quản|"
    r"người chịu trách nhiệm|chịu trách nhiệm(?: chính| nội dung)?|trưởng ban biên tập|tổng biên tập|"
    r"ghi rõ nguồn|bản quyền|mật khẩu|tên đăng nhập|tin liên quan|bài liên quan"
    r")"
    r"\s*(?:[:：].{0,160}|\.{0,3}|[\d.,\s]{1,20})",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(?:"
    r"liên kết (?:website|web|trang|site)\w*|liên kết|các chuyên mục|chuyên mục|"
    r"thống kê(?: lượt)? truy cập|thống kê|"
    r"trang chủ|giới thiệu|liên hệ|sơ đồ (?:trang|site|website|cổng)|đăng nhập|đăng ký|tìm kiếm|góp ý|"
    r"về đầu trang|đầu trang|lên đầu trang|quay lại|trở (?:về|lại)|"
    r"in (?:trang|bài|tin)(?: này)?|bản in|gửi (?:cho )?bạn bè|gửi bài|gửi phản hồi|gửi email|"
    r"chia sẻ(?: bài viết)?|bình luận|ý kiến bạn đọc|"
    r"(?:các )?(?:tin|bài)(?: viết)? (?:khác|liên quan|mới|mới nhất|mới hơn|cũ hơn|đã đăng|cùng chuyên mục|"
    r"đọc nhiều|xem nhiều)|"
    r"tin (?:nổi bật|nóng)|đọc (?:thêm|tiếp)|xem (?:thêm|tiếp|tất cả)|"
    r"thư viện (?:ảnh|video|hình ảnh)|hình ảnh hoạt động|văn bản (?:mới|chỉ đạo|pháp luật)|quảng cáo|"
    r"rss|sitemap|facebook|zalo|youtube|twitter|tweet|like|share|print|email|top|"
    r"cỡ chữ|a[+-]|-- ?chọn.*|lịch công tác"
    r")[\s:.»«>]*",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"(?:®|ghi rõ nguồn|vui lòng ghi rõ|khi (?:phát hành lại|sử dụng|trích dẫn|đăng lại)|all rights reserved|"
    r"powered by|designed by|developed by|phát triển bởi|thiết kế bởi|xây dựng (?:và phát triển )?bởi)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")

FEWEST_PAGES = 3
_SHARE = 0.6
_NAME_PAGES = 20
_NAME_SHARE = 0.9


def furniture_shape(text: str) -> bool:
    """Say whether a line is furniture by its shape alone.

    >>> [furniture_shape(t) for t in ("65374", "© 2019 SỞ Y TẾ", "Địa chỉ: 2 Lê Lợi.", "Đại hội")]
    [True, True, True, False]
    """
    if len(text) > 240:
        return False
    if _COUNTER.fullmatch(text) or _WHOLE.fullmatch(text) or _LABELLED.fullmatch(text):
        return True
    return is_copyright_line(text) or _RIGHTS.match(text) is not None


_FOOTER = re.compile(
    r"liên kết (?:website|web|trang|site)\w*|các chuyên mục|thống kê(?: lượt)? truy cập|"
    r"đang (?:trực tuyến|truy cập)\W*|tổng (?:số )?(?:lượt )?truy cập\b.*|tổng số truy cập\W*|"
    r"(?:tổng )?(?:số )?lượt truy cập\b.*",
    re.IGNORECASE,
)


def begins_footer(text: str) -> bool:
    """Say whether no article goes on below this line; "Xem thêm" or an address may stand in the middle of
    one.

    >>> begins_footer("© 2019 SỞ Y TẾ"), begins_footer("Thống kê truy cập"), begins_footer("Xem thêm:")
    (True, True, False)
    """
    return len(text) <= 240 and (_FOOTER.fullmatch(text) is not None or is_copyright_line(text))


def line_key(text: str) -> str:
    """Give the form in which lines of several pages are alike.

    >>> line_key("Tổng số truy cập:  65374")
    'Tổng số truy cập: 0'
    """
    return _NUMBER.sub("0", " ".join(text.split()))


def is_learned(line: PageLine, furniture: frozenset[str]) -> bool:
    """Say whether a line is known to be repeated; what reads as body never is taken for that."""
    return bool(furniture) and bool(line.text) and not line.reads_as_body and line_key(line.text) in furniture


def countable(lines: Iterable[PageLine]) -> frozenset[str]:
    """Give the keys of a page's lines that may turn out to be furniture.

    Indented and long lines are the article's, and so is a signature with a surname: an author who writes most
    of a portal's articles must not be taken for its menu.
    """
    return frozenset(
        line_key(line.text)
        for line in lines
        if line.text and not line.reads_as_body and not is_date_line(line.text) and not is_certain_signature(line.text)
    )


def learned(pages: int, counts: Mapping[str, int]) -> frozenset[str]:
    """Give the lines that a portal's pages repeat: on at least three pages and three of five.

    `pages` is how many of the portal's pages have been seen, `counts` on how many of them a line stands. What
    looks like a name must stand on nine of ten out of twenty.

    >>> sorted(learned(4, {"Góc nhìn": 4, "Dự báo thời tiết": 2, "Góc Nhìn": 4}))
    ['Góc nhìn']
    """
    return frozenset(
        key
        for key, count in counts.items()
        if count >= FEWEST_PAGES
        and count >= _SHARE * pages
        and (not is_signature(key) or (count >= _NAME_PAGES and count >= _NAME_SHARE * pages))
    )
