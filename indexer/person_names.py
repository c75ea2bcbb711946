"""One value per person: what a name looks like, and how it is written whatever capitals, titles and tone
style say."""

from __future__ import annotations

import re

from index.analysis.syllables import fold
from indexer.capitals import capitalised, has_vowel, is_syllable, one_tone_style

_SURNAME_LIST = """
an âu bạch bành bùi ca cái cao châu chế chu chử chung cù cung cấn diệp doãn du dư dương đàm đào đặng đậu
điền đinh đoàn đỗ đồng đổng đường giang giáp hà hạ hàn hán hầu hoa hoàng hồ hồng hứa huỳnh hướng kha khang
khổng khuất khúc kiều kim kỳ la lã lạc lại lâm lê lò lô lộ lục lữ lương lưu lý ma mã mạc mai mẫn mạnh minh
mùa nghiêm ngô ngụy nguyễn nhan nhâm nông ông phạm phan phí phó phùng phương quách quan quản sầm sử tạ
tăng tần thạch thái thân thi tiêu tiếu tô tôn tống trà trang trần triệu trịnh trương từ ty uông văn vi
viên võ vũ vương xa yên
"""
_SURNAMES = frozenset(_SURNAME_LIST.split())
"""First syllables of full names."""

_GIVEN_LIST = """
an anh bảo bình chi chí cường dũng dung duy duyên đạt đức giang hà hải hạnh hằng hân hiền hiếu hiệp hoa
hòa hoài hoàng hồng huệ hùng huy huyền hưng hương khánh khoa khôi kiên kiều lan lâm lệ liên linh loan long
lộc mai minh mỹ nam nga ngân nghĩa ngọc nguyên nguyệt nhân nhi nhung oanh phong phú phúc phương quang quân
quốc quyên quỳnh sơn tâm tân thái thanh thành thảo thắng thịnh thoa thu thúy thùy thủy thư tiến toàn trang
trâm trí trinh trung tú tuấn tùng tuyết uyên vân việt vinh vũ vy xuân yến dương lương trần nguyễn phạm
"""
_GIVEN = frozenset(_GIVEN_LIST.split())
"""Given names that a person signs with alone."""

_TITLE = re.compile(
    r"(?:(?:phó giáo sư|giáo sư|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|bác sĩ|bác sỹ|dược sĩ|luật sư|kỹ sư|cử nhân|"
    r"nhà báo|nhà văn|phóng viên|cộng tác viên|đại tá|thượng tá|trung tá|thiếu tá)\b[\s,]*"
    r"|(?:pgs|gs|tskh|ts|ths|bsckii|bscki|bscc|bs|ckii|cki|ck2|ck1|ds|kts|ks|ls|cn|ttưt|ttut|nsưt|nsnd|ngut|ngưt|ctv)"
    r"(?:[.\-\s]+|(?=$)))+",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.)+(?:[^\W\d_]{1,2}\.?)?|[^\W\d_]{1,4}")
_DIGRAPHS = frozenset(("ch", "kh", "ng", "nh", "ph", "qu", "th", "tr", "gi"))
_PSEUDONYM = re.compile(r"[A-Z][A-Za-z0-9]{1,24}")
_NO_NAME_LIST = """
tin|tin tức|bài|ảnh|video|trang chủ|giới thiệu|liên hệ|văn bản|thông báo|đăng nhập|tìm kiếm|góp ý
thư viện ảnh|sơ đồ|hỏi đáp|tp.hcm|tphcm|tp hcm|hà nội|hcm|tư liệu|internet|tổng hợp|st|t/h|th|biên dịch
dịch|theo|nguồn|clip|đồ họa|rss|sitemap|facebook|zalo|youtube|twitter|english|fax|email|tel|in|gửi
về đầu trang|nv|đbscl|tây nguyên|miền trung|miền nam|miền bắc|sưu tầm|lược dịch
"""
_NOT_NAMES = frozenset(_NO_NAME_LIST.strip().replace("\n", "|").split("|"))


def is_person(name: str) -> bool:
    """Say whether a name is shaped like a person's, an initials signature or a pen name.

    >>> is_person("Trần Thanh Hưng"), is_person("D.KIM THOA"), is_person("T.B"), is_person("Nguyên nhân")
    (True, True, True, False)
    """
    if not 1 < len(name) <= 60 or is_no_name(name):
        return False
    words = name.split()
    if len(words) == 1:
        return _is_single_name(name)
    return len(words) <= 7 and all(_is_name_word(word) for word in words)


def is_no_name(name: str) -> bool:
    """Say whether a name is one of the words of menus, credits and places that look like names."""
    return name.lower() in _NOT_NAMES


def begins_with_surname(name: str) -> bool:
    """Say whether a name's first syllable is a surname: a menu entry in capitals seldom is.

    >>> begins_with_surname("Trần Thanh Hưng"), begins_with_surname("Tin Tức")
    (True, False)
    """
    return one_tone_style(name.split(maxsplit=1)[0].lower()) in _SURNAMES if name.strip() else False


def _is_name_word(word: str) -> bool:
    bare = word.replace(".", "").replace("'", "").replace("’", "").replace("-", "")
    return bare.isalpha() and word[0].isupper() and not word.endswith("-") and len(word) <= 20


def _is_single_name(name: str) -> bool:
    """A lone word: initials, a known given name, a pen name in plain letters (others are mostly headings)."""
    if _INITIALS.fullmatch(name) and name.upper() == name and name.isupper():
        return True
    if "." in name:
        return _is_name_word(name) and not name.endswith(".")
    return one_tone_style(name.lower()) in _GIVEN or (name[0].isupper() and _PSEUDONYM.fullmatch(name) is not None)


def canonical_person(name: str) -> str:
    """Write a person's name in normal capitals, one tone style, without titles.

    >>> canonical_person("BS NGUYỄN THÀNH ÚC"), canonical_person("Lâm Thoả"), canonical_person("N.TR")
    ('Nguyễn Thành Úc', 'Lâm Thỏa', 'N.Tr')
    >>> canonical_person("P.V"), canonical_person("TTXVN"), canonical_person("D.KIM THOA")
    ('PV', 'TTXVN', 'D.Kim Thoa')
    """
    if name.upper().replace(".", "") in ("PV", "BTV", "CTV"):
        return name.upper().replace(".", "")
    titled = _TITLE.match(name)
    if titled and len(rest := name[titled.end() :].strip(" ,.-")) > 1:
        name = rest
    words = one_tone_style(" ".join(name.split())).split()
    alone = len(words) == 1
    return " ".join(_normal_capitals(word, alone) for word in words)


def _normal_capitals(word: str, alone: bool) -> str:
    if not word.isupper():
        return word
    if "." in word:
        return ".".join(_initial(part) for part in word.split("."))
    if "-" in word:
        return "-".join(_normal_capitals(part, alone) for part in word.split("-"))
    if len(word) == 1 or not has_vowel(word):
        return word
    if alone and len(word) <= 3 and word.isascii():
        return word
    return capitalised(word) if is_syllable(word) or len(word) > 5 else word


def _initial(part: str) -> str:
    if fold(part)[0] in _DIGRAPHS or (len(part) > 1 and is_syllable(part)):
        return capitalised(part)
    return part
