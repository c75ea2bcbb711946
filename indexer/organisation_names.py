"""Names of organisations in capitals, written as official names are.

The rule is that of Decree 30/2020/NĐ-CP, appendix II, on capitals in the names of bodies: the first letter of
every word or phrase that tells the kind of body, its function or its field is large (`Sở Thông tin và Truyền
thông`), the rank of a place is small before the place's name (`tỉnh Phú Yên`), a proper name has every
syllable large. Which syllables form such a phrase must be known: `_PARTS` lists them as they are written;
what isn't listed is a proper name.
"""

from __future__ import annotations

import re

from indexer.capitals import capitalised, is_syllable, one_tone_style, spelling_key

_PARTS = """
Đảng|Đảng Cộng sản|Trung ương Đảng|Đảng bộ|Đảng ủy|Tỉnh ủy|Thành ủy|Thị ủy|Huyện ủy|Quận ủy|Chi bộ|Chi ủy
Chấp hành|Trung ương|Thường trực|Thường vụ|Bí thư|Chỉ đạo|Điều phối|Tổ chức|Nội chính|Dân vận|Tuyên giáo
Tuyên giáo và Dân vận|Nền tảng tư tưởng|Bảo vệ|Nội bộ|Khối|Cơ quan|Các cơ quan|Doanh nghiệp
Quốc hội|Đoàn đại biểu|Chính phủ|Nhà nước|Hội đồng|Hội đồng nhân dân|Ủy ban|Ủy ban nhân dân|Văn phòng
Mặt trận Tổ quốc|Mặt trận Tổ quốc Việt Nam|Tòa án nhân dân|Viện kiểm sát|Viện kiểm sát nhân dân|Tối cao|Nhân dân
Thanh tra|Kiểm tra|Kiểm toán|Kiểm soát|Tiếp công dân|Công dân|Sự nghiệp|Công lập
Bộ|Sở|Ban|Vụ|Cục|Chi cục|Tổng cục|Phòng|Viện|Học viện|Trung tâm|Trường|Trạm|Trạm Y tế|Quỹ
Bệnh viện|Bảo tàng|Thư viện|Nhà hát|Nhà xuất bản
Báo|Báo điện tử|Đài|Tạp chí|Bản tin|Cổng|Cổng thông tin điện tử|Trang tin điện tử|Trang thông tin điện tử
Thông tin điện tử|Điện tử|Phát thanh|Truyền hình|Phát thanh và Truyền hình|Truyền thanh
Thông tin|Truyền thông|Nội vụ|Tư pháp|Pháp chế|Tài chính|Kinh tế|Kế hoạch|Đầu tư|Thống kê|Lưu trữ
Công thương|Công nghiệp|Thương mại|Xây dựng|Đô thị|Giao thông|Giao thông vận tải|Vận tải|An toàn|An toàn giao thông
Nông nghiệp|Nông thôn|Phát triển nông thôn|Nông nghiệp và Phát triển nông thôn|Khuyến nông|Chăn nuôi|Thú y|Trồng trọt
Bảo vệ thực vật|Thủy sản|Thủy lợi|Kiểm lâm|Lâm nghiệp|Môi trường|Tài nguyên|Khoáng sản|Đất đai
Khoa học|Công nghệ|Khoa học và Công nghệ|Kỹ thuật|Sáng tạo|Tin học|Chuyển đổi số|Tần số|Đo lường|Chất lượng|Tiêu chuẩn
Bưu chính|Viễn thông|Điện lực|Cấp nước|Hải quan|Thuế|Kho bạc|Ngân hàng
Giáo dục|Đào tạo|Đại học|Cao đẳng|Trung cấp|Nghề|Sư phạm|Chính trị|Phổ thông|Trung học phổ thông|Trung học cơ sở
Tiểu học|Mầm non
Y tế|Y học|Cổ truyền|Đa khoa|Khu vực|Phòng, chống|Bệnh tật|Dân số|Gia đình|Trẻ em
Lao động|Thương binh|Xã hội|Bảo hiểm xã hội|Bảo trợ xã hội|Văn hóa|Thể thao|Du lịch|Dân tộc|Tôn giáo
Ngoại vụ|Ngoại giao|Đối ngoại|Hữu nghị|Hòa bình|Quốc phòng|Công an|Quân sự|Chỉ huy|Bộ đội|Biên phòng
Đoàn|Đoàn Thanh niên|Cộng sản|Tỉnh đoàn|Thành đoàn|Huyện đoàn|Công đoàn|Hội|Liên hiệp|Liên đoàn|Liên minh|Hợp tác xã
Phụ nữ|Nông dân|Cựu chiến binh|Thanh niên|Thiếu niên|Nhi đồng|Sinh viên|Người cao tuổi|Người khuyết tật
Văn học|Nghệ thuật|Nhà báo|Nhà văn|Luật gia|Chữ thập đỏ|Khuyến học
Hành chính|Hành chính công|Cải cách hành chính|Phục vụ|Dịch vụ|Xúc tiến|Hỗ trợ|Hợp tác|Quản lý|Phát triển|Dự án
Giải phóng mặt bằng|Khu kinh tế|Khu công nghiệp|Thi đua|Khen thưởng
Công ty|Công ty cổ phần|Tổng công ty|Cổ phần|Trách nhiệm hữu hạn|Một thành viên|Tập đoàn|Xí nghiệp|Nhà máy
"""
_RANKS = """tỉnh|thành phố|huyện|quận|thị xã|thị trấn|phường|xã|đặc khu|thôn|ấp|bản|khu phố|tổ dân phố"""
_LINKS = frozenset(
    ["và", "về", "của", "cho", "các", "tại", "ở", "với", "thuộc", "trực", "theo", "vì", "trên", "trong", "do"]
)
_CAPITAL_RANKS = {"thành phố hồ chí minh": "Thành phố Hồ Chí Minh", "thủ đô hà nội": "Thủ đô Hà Nội"}
"""The two names that the decree writes with a large rank."""

_TOKEN = re.compile(r"[^\W_]+|[\W_]+")


def _phrases(listed: str) -> dict[tuple[str, ...], str]:
    names = [name for line in listed.strip().splitlines() for name in line.split("|")]
    return {tuple(re.findall(r"\w+", spelling_key(name))): name for name in names}


_PHRASES = _phrases(_PARTS)
_RANK_PHRASES = _phrases(_RANKS)
_LONGEST = 6


def in_capitals(name: str) -> bool:
    """Say whether a name of two words or more is in capitals throughout.

    >>> in_capitals("BAN TUYÊN GIÁO"), in_capitals("Ban Tuyên giáo UBND"), in_capitals("VTV")
    (True, False, False)
    """
    return name.isupper() and len(name.split()) > 1 and any(map(is_syllable, re.findall(r"\w+", name)))


def names_a_body(name: str) -> bool:
    """Say whether something is named behind the kind of body: with a capital, or a field that bodies work in. `Hội
    chứng`, `Trường hợp` and `Cục máu đông` only begin as bodies do.

    >>> names_a_body("Ban tuyên giáo"), names_a_body("Nhóm Mây Chiều"), names_a_body("Hội chứng ống cổ tay")
    (True, True, False)
    """
    tokens = _TOKEN.findall(name)
    kind = _longest(tokens, _PHRASES)
    rest = tokens[kind[1] + 1 if kind else 2 :]
    field = _longest(rest, _PHRASES)
    return any(token[0].isupper() for token in tokens[2:]) or (field is not None and field[1] > 1)


def fold_capitals(name: str) -> str:
    """Write an organisation's name that is in capitals as official names are written.

    >>> fold_capitals("ĐẢNG ỦY KHỐI CƠ QUAN, DOANH NGHIỆP TỈNH PHÚ YÊN")
    'Đảng ủy Khối Cơ quan, Doanh nghiệp tỉnh Phú Yên'
    >>> fold_capitals("UBND THỊ XÃ SÔNG CẦU"), fold_capitals("BAN TUYÊN GIÁO TỈNH UỶ PHÚ YÊN")
    ('UBND thị xã Sông Cầu', 'Ban Tuyên giáo Tỉnh ủy Phú Yên')
    """
    tokens = _TOKEN.findall(one_tone_style(name))
    written: list[str] = []
    in_place = False
    at = 0
    while at < len(tokens):
        if not tokens[at][0].isalnum():
            in_place = in_place and not tokens[at].strip()
            written.append(tokens[at])
            at += 1
            continue
        phrase, length, in_place = _next_phrase(tokens[at:], in_place, first=not written)
        written.append(phrase)
        at += length
    return "".join(written)


def _next_phrase(tokens: list[str], in_place: bool, first: bool) -> tuple[str, int, bool]:
    """Give the next phrase as written, how many tokens it takes, and whether a place's name goes on or
    begins."""
    for special, written in _CAPITAL_RANKS.items():
        count = 2 * len(special.split()) - 1
        if spelling_key("".join(tokens[:count])) == spelling_key(special):
            return written, count, True
    rank = _longest(tokens, _RANK_PHRASES)
    part = _longest(tokens, _PHRASES)
    if rank and (not part or rank[1] >= part[1]):
        return (capitalised(rank[0]) if first else rank[0]), rank[1], True
    if part and not in_place:
        return *part, False
    word = tokens[0]
    if word.lower() in _LINKS and not first:
        return word.lower(), 1, False
    return (capitalised(word) if is_syllable(word) else word), 1, in_place


def _longest(tokens: list[str], phrases: dict[tuple[str, ...], str]) -> tuple[str, int] | None:
    """Give the longest listed phrase that the tokens begin with, and how many tokens it takes."""
    for count in range(min(2 * _LONGEST - 1, len(tokens)) | 1, 0, -2):
        window = tokens[:count]
        if any(separator != " " for separator in window[1::2]):
            continue
        if found := phrases.get(tuple(spelling_key(word) for word in window[::2])):
            return found, len(window)
    return None
