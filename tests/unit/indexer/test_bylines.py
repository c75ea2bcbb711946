"""Signatures to people: one value each."""

from __future__ import annotations

import time

import pytest

from indexer.bylines import authors_listed, authors_of, is_signature

CASES = {
    "Trần Mây Trắng": ("Trần Mây Trắng",),
    "TRẦN MÂY TRẮNG": ("Trần Mây Trắng",),
    "Tin, ảnh: LÝ SUỐI ĐÁ": ("Lý Suối Đá",),
    "Tin - ảnh: Lý Suối Đá": ("Lý Suối Đá",),
    "Bài và ảnh: Lý Suối Đá": ("Lý Suối Đá",),
    "Bài: Lý Suối Đá; Ảnh: Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá - Ảnh: Reuters": ("Lý Suối Đá",),
    "Theo TTXVN": ("TTXVN",),
    "Theo Lý Suối Đá (TTXVN)": ("Lý Suối Đá", "TTXVN"),
    "Lý Suối Đá (Theo AFP": ("Lý Suối Đá", "AFP"),
    "LÝ SUỐI ĐÁ;HÀ MƯA RÀO": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá, Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá - Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá và Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Lý Suối Đá & Hà Mưa Rào": ("Lý Suối Đá", "Hà Mưa Rào"),
    "Suối Đá-Mưa Rào": ("Suối Đá", "Mưa Rào"),
    "Lý Suối Đá/VOV-Tây Nguyên": ("Lý Suối Đá", "VOV"),
    "Lý Suối Đátổng hợp": ("Lý Suối Đá",),
    "Lý Suối Đá (từ Hà Nội": ("Lý Suối Đá",),
    "Lý Suối Đá-Thứ hai, ngày 18/07/2022 15:07 GMT+7": ("Lý Suối Đá",),
    "TS.BS Lý Suối Đá": ("Lý Suối Đá",),
    "Phó giáo sư, tiến sĩ Lý Suối Đá": ("Lý Suối Đá",),
    "Lý Thuỷ Hoà": ("Lý Thủy Hòa",),
    "P.V": ("PV",),
    "PV - Lý Suối Đá": ("Lý Suối Đá",),
    "T.B": ("T.B",),
    "Đ.MÂY": ("Đ.Mây",),
    "vnexpress.net": ("VnExpress",),
    "Báo Bến Gỗ": ("Báo Bến Gỗ",),
    "unknown": (),
    "Nguyên nhân gây bệnh": (),
    "Uống đủ nước": (),
    "": (),
}


SHAPES = {
    "Bài và ảnh: Lò Mây Hồng": ("Lò Mây Hồng",),
    "Bài, ảnh: Lò Mây Hồng - Tạ Gió Ngàn": ("Lò Mây Hồng", "Tạ Gió Ngàn"),
    "Bài, ảnh : Lò Mây Hồng – Tạ Gió Ngàn": ("Lò Mây Hồng", "Tạ Gió Ngàn"),
    "Lò Mây Hồng (thực hiện)": ("Lò Mây Hồng",),
    "Lò Mây Hồng thực hiện": ("Lò Mây Hồng",),
    "Lò Mây Hồng – Tạ Gió Ngàn (tổng hợp)": ("Lò Mây Hồng", "Tạ Gió Ngàn"),
    "Nhóm PV": ("Nhóm PV",),
    "NHÓM PV": ("Nhóm PV",),
    "Nhóm phóng viên": ("Nhóm PV",),
    "Nhóm P.V": ("Nhóm PV",),
    "PV/CTV": ("PV", "CTV"),
    "T.H": ("T.H",),
    "T. H": ("T.H",),
    "T.H.": ("T.H",),
    "P.V (Theo TTXVN)": ("TTXVN",),
    "Theo Báo Bến Gỗ": ("Báo Bến Gỗ",),
    "Theo báo Bến Gỗ": ("Báo Bến Gỗ",),
    "Theo: Báo Bến Gỗ": ("Báo Bến Gỗ",),
    "Nguồn: Báo Bến Gỗ": ("Báo Bến Gỗ",),
    "Nguồn tin: Báo Bến Gỗ": ("Báo Bến Gỗ",),
    "(Nguồn: bengo.vn)": ("bengo.vn",),
    "Nguồn: https://www.bengo.vn/tin-tuc/12.html": ("bengo.vn",),
    "CTV Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "CTV: Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "PV Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Đại úy Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Thượng úy Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Thiếu tá, ThS Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Ths. Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "ThS. Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "PGS,TS Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "PGS.,TS. Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "GS.TS. Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "BSCKII. Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "BS.CKII Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "CN. Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Ông Nguyễn Văn Mây": ("Nguyễn Văn Mây",),
    "Nguyễn Thị Mây và cộng sự": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây và nhóm PV": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây, ảnh: Tạ Gió Ngàn": ("Nguyễn Thị Mây", "Tạ Gió Ngàn"),
    "Nguyễn Thị Mây; ảnh: Tạ Gió Ngàn": ("Nguyễn Thị Mây", "Tạ Gió Ngàn"),
    "Lược dịch: Nguyễn Thị Mây (theo Reuters)": ("Nguyễn Thị Mây", "Reuters"),
    "KHÁNH MÂY - ẢNH: MINH NGÀN": ("Khánh Mây", "Minh Ngàn"),
    "KHÁNH MÂY – Ảnh: MINH NGÀN": ("Khánh Mây", "Minh Ngàn"),
    "KHÁNH MÂY (Ảnh: MINH NGÀN)": ("Khánh Mây", "Minh Ngàn"),
    "Nguyễn Thị Mây (may.nguyen@bengo.vn)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây - may.nguyen@bengo.vn": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây may.nguyen@bengo.vn": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây Email: maynt@bengo.vn": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây - ĐT: 0299 3000 999": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây - 0912.000.999": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây 0912000999": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (từ Hà Nội)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây, từ Hà Nội": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (Hà Nội)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây - Hà Nội": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây 12/05/2021": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây - 12/05/2021 08:30": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây12/05/2021": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây | 12/05/2021": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (12/05/2021)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây - 08:30 ngày 12/5/2021": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây, ngày 12 tháng 5 năm 2021": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây/TTXVN": ("Nguyễn Thị Mây", "TTXVN"),
    "Nguyễn Thị Mây (TTXVN/Vietnam+)": ("Nguyễn Thị Mây", "TTXVN", "VietnamPlus"),
    "Nguyễn Thị Mây, Tạ Gió Ngàn và Lý Suối Đá": ("Nguyễn Thị Mây", "Tạ Gió Ngàn", "Lý Suối Đá"),
    "Y Mây Niê": ("Y Mây Niê",),
    "H'Mây Êban": ("H'Mây Êban",),
    "H’Mây Êban": ("H'Mây Êban",),
    "H' Mây Êban": ("H'Mây Êban",),
    "Siu H'Mây": ("Siu H'Mây",),
    "SIU H'MÂY": ("Siu H'Mây",),
    "K'Mây": ("K'Mây",),
    "Rơ Chăm Mây": ("Rơ Chăm Mây",),
    "Y-Mây Niê": ("Y-Mây Niê",),
    "Nông Thị Mây-Hoàng Gió": ("Nông Thị Mây", "Hoàng Gió"),
    "John Smithson": ("John Smithson",),
    "Jean-Paul Dumont": ("Jean-Paul Dumont",),
    "Mary O'Brien": ("Mary O'Brien",),
    "J. R. Cloudman": ("J. R. Cloudman",),
    "Tin, ảnh: Mây": ("Mây",),
    "Bài: M.Hồng": ("M.Hồng",),
    "M. Hồng": ("M.Hồng",),
    "N.V.M": ("N.V.M",),
    "NVM": ("NVM",),
    "Mây Hồng - Ban Tuyên giáo": ("Mây Hồng",),
    "Mây Hồng - Ban Tuyên giáo Huyện ủy": ("Mây Hồng",),
    "Nguyễn Thị Mây - Văn phòng UBND xã Mây Chiều": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (Văn phòng UBND xã Mây Chiều)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây, Trưởng phòng Nội vụ": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây - Trưởng phòng Nội vụ": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây - Công chức Văn hóa xã": ("Nguyễn Thị Mây",),
    "Ban Tuyên giáo Tỉnh ủy": ("Ban Tuyên giáo Tỉnh ủy",),
    "BAN TUYÊN GIÁO TỈNH ỦY": ("Ban Tuyên giáo Tỉnh ủy",),
    "Ban Biên tập": ("Ban Biên tập",),
    "BBT": ("Ban Biên tập",),
    "UBND xã Mây Chiều": ("UBND xã Mây Chiều",),
    "Tác giả: Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Người viết: Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Người đăng: Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Đăng bởi: Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Biên tập: Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "By Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Bởi Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Thực hiện: Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Phóng viên: Nguyễn Thị Mây": ("Nguyễn Thị Mây",),
    "Thực hiện: Nguyễn Thị Mây - Ảnh: Tạ Gió Ngàn - Đồ họa: Lý Suối": ("Nguyễn Thị Mây", "Tạ Gió Ngàn", "Lý Suối"),
    "Nội dung: Nguyễn Thị Mây. Ảnh: Tạ Gió Ngàn. Thiết kế: Lý Suối Đá": ("Nguyễn Thị Mây", "Tạ Gió Ngàn", "Lý Suối Đá"),
    "Nguyễn Thị Mây (ghi)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (lược ghi)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (sưu tầm)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (biên soạn)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (T/h)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (TH)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (st)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (Tổng hợp từ Internet)": ("Nguyễn Thị Mây",),
    "Nguyễn Thị Mây (theo Báo Bến Gỗ, TTXVN)": ("Nguyễn Thị Mây", "Báo Bến Gỗ", "TTXVN"),
    "Mây Hồng (Theo Reuters, AFP)": ("Mây Hồng", "Reuters", "AFP"),
    "Mây Hồng tổng hợp": ("Mây Hồng",),
    "Tổng hợp: Mây Hồng": ("Mây Hồng",),
    "Tin tổng hợp: Mây Hồng": ("Mây Hồng",),
    "Ảnh, bài: Mây Hồng": ("Mây Hồng",),
    "Tin & ảnh: Mây Hồng": ("Mây Hồng",),
    "Tin+ảnh: Mây Hồng": ("Mây Hồng",),
    "Tin ảnh: Mây Hồng": ("Mây Hồng",),
    "Tin, ảnh, video: Mây Hồng": ("Mây Hồng",),
    "Tin, bài, ảnh: Mây Hồng": ("Mây Hồng",),
    "Bài viết và hình ảnh: Mây Hồng": ("Mây Hồng",),
    "TIN, ẢNH: MÂY HỒNG, GIÓ NGÀN": ("Mây Hồng", "Gió Ngàn"),
    "Tin, ảnh Mây Hồng": ("Mây Hồng",),
    "Bài và ảnh Mây Hồng": ("Mây Hồng",),
    "Tin và ảnh: Mây Hồng – Đài TT-TH huyện": ("Mây Hồng", "Đài TT-TH huyện"),
    "Mây Hồng - CTV": ("Mây Hồng",),
    "Mây Hồng (CTV)": ("Mây Hồng",),
    "Mây Hồng/Báo Bến Gỗ": ("Mây Hồng", "Báo Bến Gỗ"),
    "Mây Hồng (Báo Bến Gỗ)": ("Mây Hồng", "Báo Bến Gỗ"),
    "* Mây Hồng": ("Mây Hồng",),
    "*Tin, ảnh: Mây Hồng": ("Mây Hồng",),
    "- Mây Hồng -": ("Mây Hồng",),
    "MÂY HỒNG.": ("Mây Hồng",),
    "mây hồng": (),
    "Như Mây – Tạ Gió Ngàn/TTXVN": ("Như Mây", "Tạ Gió Ngàn", "TTXVN"),
    "Theo CAND": ("Công an nhân dân",),
    "Theo Cổng TTĐT Chính phủ": ("Báo Chính phủ",),
    "Theo chinhphu.vn": ("Báo Chính phủ",),
    "Theo Thông tấn xã Việt Nam": ("TTXVN",),
    "Theo TTXVN/Vietnam+": ("TTXVN", "VietnamPlus"),
    "TTXVN phát": ("TTXVN",),
    "Ảnh: TTXVN": (),
    "Hội chứng ống cổ tay": (),
    "Trường hợp đầu tiên": (),
    "Nhóm nguyên nhân do bệnh lý": (),
    "Ban tuyên giáo": ("Ban tuyên giáo",),
    "Mây Hồng (P/v TTXVN tại Cairo": ("Mây Hồng", "TTXVN"),
    "ĐOÀN VĂN MÂY": ("Đoàn Văn Mây",),
    "ĐOÀN THANH NIÊN XÃ MÂY CHIỀU": ("Đoàn Thanh niên xã Mây Chiều",),
    "Ông Cao Mây": ("Ông Cao Mây",),
}
"""Shapes of signatures as newspapers and portals print them."""


@pytest.mark.parametrize(("byline", "authors"), [*CASES.items(), *SHAPES.items()])
def test_byline_gives_one_value_per_person(byline: str, authors: tuple[str, ...]) -> None:
    assert authors_of(byline) == authors


@pytest.mark.parametrize("authors", [*CASES.values(), *SHAPES.values()])
def test_canonical_names_stay_what_they_are(authors: tuple[str, ...]) -> None:
    assert authors_listed(list(authors)) == authors


def test_listed_author_that_is_no_name_is_kept() -> None:
    assert authors_listed(["mây", "Lý Suối Đá"]) == ("mây", "Lý Suối Đá")


@pytest.mark.parametrize(
    "line",
    ["Lý Suối Đá", "LÝ SUỐI ĐÁ", "T.B", "Tin, ảnh: Suối Đá", "Theo Báo Bến Gỗ", "(Theo TTXVN)", "Suối Đá - Mưa Rào"],
)
def test_name_or_byline_signs_an_article(line: str) -> None:
    assert is_signature(line)


@pytest.mark.parametrize(
    "line", ["Các chuyên mục", "Liên kết website", "Trang chủ", "Tin tức", "Đất được đội lên mái.", "19", ""]
)
def test_menu_and_sentence_sign_nothing(line: str) -> None:
    assert not is_signature(line)


@pytest.mark.parametrize("noise", ["(", "ảnh: ", "- "])
def test_byline_longer_than_any_is_read_from_its_beginning_in_no_time(noise: str) -> None:
    start = time.process_time()

    assert authors_of("Lý Suối Đá, " + noise * 20_000 + ", Hà Mưa Rào") == ("Lý Suối Đá",)
    assert time.process_time() - start < 1
