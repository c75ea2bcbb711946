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

_LONG_TITLES = (
    r"phó giáo sư|giáo sư|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|bác sĩ|bác sỹ|dược sĩ|luật sư|kỹ sư|cử nhân|"
    r"nhà báo|nhà văn|nhà thơ|nhạc sĩ|họa sĩ|nghệ sĩ|phóng viên|biên tập viên|cộng tác viên|"
    r"(?:đại|thượng|trung|thiếu) (?:tá|úy|uý)|(?:đại|thượng|trung|thiếu) tướng|thượng sĩ|trung sĩ"
)
_SHORT_TITLES = (
    r"pgs|gs|tskh|ts|ths|bsckii|bscki|bscc|bs|ckii|cki|ck2|ck1|ds|kts|ks|ls|cn|ttưt|ttut|nsưt|nsnd|ngut|ngưt|"
    r"ctv|pv|p\.v|btv"
)
_TITLE = re.compile(rf"(?:(?:{_LONG_TITLES})\b[\s,]*|(?:{_SHORT_TITLES})(?:[.\-\s]+|(?=$)))+", re.IGNORECASE)
_TITLES_LISTED = re.compile(
    rf"\b((?:{_LONG_TITLES}|{_SHORT_TITLES}))\s*\.?,\s*(?=(?:{_LONG_TITLES}|{_SHORT_TITLES})\b)", re.IGNORECASE
)
_ADDRESSED = re.compile(r"(?:ông|bà)\s+(?=\S+\s+\S+\s+\S)", re.IGNORECASE)
_APOSTROPHE = re.compile(r"\b([HKhk])\s?['’‘`´]\s?(?=[^\W\d_])|(?<=\w)[’‘`´](?=\w)")
_SPACED_INITIAL = re.compile(r"(?<![^\W\d_])([^\W\d_])\.\s+(?=[^\W\d_])")
_PERSONS_MIDDLE = re.compile(r"\S+\s+(?:văn|thị)\s", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.)+(?:[^\W\d_]{1,2}\.?)?|[^\W\d_]{1,4}")
_GENERIC = {
    **dict.fromkeys(("PV", "PHÓNG VIÊN"), "PV"),
    **dict.fromkeys(("CTV", "CỘNG TÁC VIÊN"), "CTV"),
    **dict.fromkeys(("BTV", "BIÊN TẬP VIÊN"), "BTV"),
    **dict.fromkeys(("NHÓM PV", "NHÓM PHÓNG VIÊN"), "Nhóm PV"),
    **dict.fromkeys(("BBT", "BAN BIÊN TẬP"), "Ban Biên tập"),
}
"""Who signs without a name, by what is printed in capitals without dots."""
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


def begins_as_person(name: str) -> bool:
    """Say whether a name goes on as only people's names do, whatever body its first word may stand for.

    >>> begins_as_person("ĐOÀN VĂN MÂY"), begins_as_person("ĐOÀN THANH NIÊN")
    (True, False)
    """
    return _PERSONS_MIDDLE.match(name) is not None


def joined_titles(text: str) -> str:
    """Take the commas out of a row of titles, so that it stays with its bearer.

    >>> joined_titles("PGS, TS Lý Suối Đá"), joined_titles("Thiếu tá, ThS Lý Suối Đá")
    ('PGS TS Lý Suối Đá', 'Thiếu tá ThS Lý Suối Đá')
    """
    return _TITLES_LISTED.sub(r"\1 ", text)


def _is_name_word(word: str) -> bool:
    bare = word.replace(".", "").replace("'", "").replace("’", "").replace("-", "")
    return bare.isalpha() and word[0].isupper() and not word.endswith("-") and len(word) <= 20


def _is_single_name(name: str) -> bool:
    """A lone word: initials, a known given name, a pen name in plain letters (others are mostly headings)."""
    if _INITIALS.fullmatch(name) and name.upper() == name and name.isupper():
        return True
    if "." in name or "'" in name[1:-1]:
        return _is_name_word(name) and not name.endswith(".")
    return one_tone_style(name.lower()) in _GIVEN or (name[0].isupper() and _PSEUDONYM.fullmatch(name) is not None)


def canonical_person(name: str) -> str:
    """Write a person's name in normal capitals, one tone style, without titles.

    >>> canonical_person("BS NGUYỄN THÀNH ÚC"), canonical_person("Lâm Thoả"), canonical_person("N.TR")
    ('Nguyễn Thành Úc', 'Lâm Thỏa', 'N.Tr')
    >>> canonical_person("P.V"), canonical_person("TTXVN"), canonical_person("D.KIM THOA")
    ('PV', 'TTXVN', 'D.Kim Thoa')
    """
    name = _joined_parts(name)
    if generic := _GENERIC.get(name.upper().replace(".", "")):
        return generic
    titled = _TITLE.match(name)
    if titled and len(rest := name[titled.end() :].strip(" ,.-")) > 1:
        name = rest
    addressed = _ADDRESSED.match(name)
    if addressed and begins_with_surname(name[addressed.end() :]):
        name = name[addressed.end() :]
    words = one_tone_style(" ".join(name.split())).split()
    alone = len(words) == 1
    return " ".join(_normal_capitals(word, alone) for word in words)


def _joined_parts(name: str) -> str:
    """Close the gaps within `H' Mây` and `M. Hồng`; a foreign name keeps its own.

    >>> _joined_parts("H’ Mây Êban"), _joined_parts("M. Hồng"), _joined_parts("J. R. Cloudman")
    ("H'Mây Êban", 'M.Hồng', 'J. R. Cloudman')
    """
    name = _APOSTROPHE.sub(lambda match: f"{match[1] or ''}'", name)
    return _SPACED_INITIAL.sub(r"\1.", name) if is_syllable(name.split()[-1]) or len(name.split()[-1]) < 3 else name


def _normal_capitals(word: str, alone: bool) -> str:
    if not word.isupper():
        return word
    if "." in word:
        return ".".join(_initial(part) for part in word.split("."))
    if "'" in word:
        return "'".join(capitalised(part) for part in word.split("'"))
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
