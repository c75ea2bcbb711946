"""Newspapers, agencies and broadcasters under one name each, however a byline, a host or an export calls
them."""

from __future__ import annotations

import re

from index.analysis.tokens import folded
from indexer.capitals import spelling_key

_OUTLETS = """
VnExpress: vnexpress.net, vnexpress online
Tuổi Trẻ: tuoitre.vn, báo tuổi trẻ
Tuổi Trẻ Online: tuổi trẻ online, tto
Dân Trí: dantri.com.vn, báo dân trí
Thanh Niên: thanhnien.vn, thanhnien.com.vn, báo thanh niên
VietNamNet: vietnamnet.vn
VietnamPlus: vietnamplus.vn, vietnam+
TTXVN: thông tấn xã việt nam, vnanet.vn
Tin Tức TTXVN: baotintuc.vn, báo tin tức
Bnews: bnews.vn
VTV: vtv.vn, đài truyền hình việt nam
VTV Digital:
VTV News:
VOV: vov.vn, vov1, đài tiếng nói việt nam
VTC News: vtc.vn, vtcnews.vn
Zing News: zingnews.vn, news.zing.vn, zing.vn, zing
24h: 24h.com.vn
Kênh 14: kenh14.vn, kenh14
CafeF: cafef.vn
CafeBiz: cafebiz.vn
GenK: genk.vn
Soha: soha.vn
Người Đưa Tin: nguoiduatin.vn
Người Lao Động: nld.com.vn, nld
Lao Động: laodong.vn, laodong.com.vn, báo lao động
Tiền Phong: tienphong.vn, báo tiền phong
Nhân Dân: nhandan.vn, nhandan.org.vn, nhandan.com.vn, báo nhân dân
Quân đội nhân dân: qdnd.vn, báo quân đội nhân dân
Công an nhân dân: cand.com.vn, cand, báo công an nhân dân
Công An TP.HCM: congan.com.vn
An ninh Thủ đô: anninhthudo.vn, antđ
An ninh Thế giới: antg
Biên phòng: bienphong.com.vn
Hải quan: baohaiquan.vn, haiquanonline.com.vn
Hà Nội Mới: hanoimoi.com.vn, hanoimoi.vn
Sài Gòn Giải Phóng: sggp.org.vn
Thế giới & Việt Nam: baoquocte.vn, tg&vn
Sức khỏe & Đời sống: suckhoedoisong.vn, sk&đs
Báo Đầu tư: baodautu.vn
Báo Chính phủ: baochinhphu.vn, baodientu.chinhphu.vn, chinhphu.vn, chính phủ, cổng ttđt chính phủ
Báo Mới: baomoi.com
Dân Việt: danviet.vn
Đại Đoàn Kết: daidoanket.vn
Giáo dục & Thời đại: giaoducthoidai.vn
Giáo dục Việt Nam: giaoduc.net.vn
Pháp luật TP.HCM: plo.vn, plo, phapluattp.vn
Pháp luật Việt Nam: baophapluat.vn
Pháp Luật Plus: phapluatplus.vn
Đời sống & Pháp luật: doisongphapluat.com
Bảo vệ pháp luật: baovephapluat.vn, bvpl
Phụ nữ TP.HCM: phunuonline.com.vn
Kinh tế & Đô thị: kinhtedothi.vn, ktdt.vn, kinh tế đô thị
Nông nghiệp Việt Nam: nongnghiep.vn
Công Thương: baocongthuong.com.vn, congthuong.vn
Thể thao & Văn hóa: thethaovanhoa.vn
Khám Phá: khampha.vn
Một Thế Giới: motthegioi.vn
Infonet: infonet.vn
SaoStar: saostar.vn
Ngôi Sao: ngoisao.net
VnEconomy: vneconomy.vn
Kiến Thức: kienthuc.net.vn
Đất Việt: baodatviet.vn
PetroTimes: petrotimes.vn
VNPCA:
Eva: eva.vn
Reuters:
AFP:
AP: associated press
BBC: bbc news
CNN:
CNBC:
NBC News:
NHK:
RT:
SCMP:
TASS:
Bloomberg:
Xinhua: tân hoa xã
Yonhap:
Kyodo:
The Guardian: guardian
Daily Star:
Daily Mail:
Al Jazeera: aljazeera
"""


def _table(text: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    names: dict[str, str] = {}
    hosts: dict[str, str] = {}
    for line in text.strip().splitlines():
        name, _, aliases = line.partition(":")
        names[spelling_key(name)] = name
        for alias in filter(None, map(str.strip, aliases.split(","))):
            (hosts if _HOST.fullmatch(alias) else names)[spelling_key(alias)] = name
    plain: dict[str, str] = {}
    for key, name in names.items():
        plain.setdefault(_unaccented(key), name)
    return names, hosts, plain


def _unaccented(name: str) -> str:
    return " ".join(term for term, _ in folded(name))


_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
_NAMES, _HOSTS, _PLAIN = _table(_OUTLETS)


def is_host(name: str) -> bool:
    """Say whether a name is a host's.

    >>> is_host("www.tienphong.vn"), is_host("Tiền Phong")
    (True, False)
    """
    return _HOST.fullmatch(name) is not None


def outlet(name: str) -> str | None:
    """Give the known name of a newspaper or agency, None for any other name.

    >>> outlet("kinhdoanh.vnexpress.net"), outlet("TUỔI TRẺ ONLINE"), outlet("Tuoi Tre"), outlet("Trần Mai")
    ('VnExpress', 'Tuổi Trẻ Online', 'Tuổi Trẻ', None)
    """
    key = spelling_key(name)
    if found := _NAMES.get(key):
        return found
    if _HOST.fullmatch(key):
        labels = key.split(".")
        for start in range(len(labels) - 1):
            if found := _HOSTS.get(".".join(labels[start:])):
                return found
        return None
    return _PLAIN.get(_unaccented(key)) if key.isascii() and " " in key else None
