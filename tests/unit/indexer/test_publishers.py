"""Publishers: read off the footer, one value each."""

from __future__ import annotations

import pytest

from indexer.publishers import canonical_publisher, publisher_in_footer
from indexer.sections import canonical_section


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("ĐẢNG ỦY KHỐI CƠ QUAN, DOANH NGHIỆP TỈNH MÂY NÚI", "Đảng ủy Khối Cơ quan, Doanh nghiệp tỉnh Mây Núi"),
        ("ĐẢNG UỶ KHỐI CƠ QUAN TỈNH MÂY NÚI", "Đảng ủy Khối Cơ quan tỉnh Mây Núi"),
        ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG TỈNH MÂY NÚI", "Sở Thông tin và Truyền thông tỉnh Mây Núi"),
        ("UBND HUYỆN BẾN GỖ", "UBND huyện Bến Gỗ"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ BẾN GỖ", "Ủy ban nhân dân thành phố Bến Gỗ"),
        ("BAN TUYÊN GIÁO TỈNH ỦY MÂY NÚI", "Ban Tuyên giáo Tỉnh ủy Mây Núi"),
        ("CỔNG THÔNG TIN ĐIỆN TỬ THỊ XÃ BẾN GỖ", "Cổng thông tin điện tử thị xã Bến Gỗ"),
        ("CÔNG AN TỈNH", "Công an tỉnh"),
        ("TỈNH MÂY NÚI", "Tỉnh Mây Núi"),
        ("SỞ Y TẾ THÀNH PHỐ HỒ CHÍ MINH", "Sở Y tế Thành phố Hồ Chí Minh"),
        ("BÁO MÂY NÚI", "Báo Mây Núi"),
        ("HUYỆN BẾN GỖ, TỈNH HÒA BÌNH", "Huyện Bến Gỗ, tỉnh Hòa Bình"),
    ],
)
def test_capitals_are_folded_as_official_names_are_written(printed: str, folded: str) -> None:
    assert canonical_publisher(printed) == folded
    assert canonical_publisher(folded) == folded


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("www.tienphong.vn", "Tiền Phong"),
        ("thethao.vnexpress.net", "VnExpress"),
        ("VnExpress - Thể Thao", "VnExpress"),
        ("www.bengo.vn", "bengo.vn"),
        ("Uỷ ban nhân dân xã Bến Gỗ", "Ủy ban nhân dân xã Bến Gỗ"),
        ("VTV", "VTV"),
        ("unknown", None),
        ("  ", None),
    ],
)
def test_publisher_has_one_value_however_it_is_called(printed: str, name: str | None) -> None:
    assert canonical_publisher(printed) == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("© 2019 SỞ Y TẾ TỈNH MÂY NÚI", "SỞ Y TẾ TỈNH MÂY NÚI"),
        ("Copyright © 2015-2020 Sở Y tế tỉnh Mây Núi. All rights reserved.", "Sở Y tế tỉnh Mây Núi"),
        ("Bản quyền thuộc về Sở Y tế tỉnh Mây Núi", "Sở Y tế tỉnh Mây Núi"),
        ("(c) 2020 Báo Mây Núi", "Báo Mây Núi"),
        (
            "© Cổng thông tin điện tử huyện Bến Gỗ. Địa chỉ: số 1 đường Bờ Kè, Điện thoại: 0200 123 456",
            "Cổng thông tin điện tử huyện Bến Gỗ",
        ),
        ("Bản quyền © 2021 Báo Mây Núi - Giấy phép số 12/GP-BTTTT", "Báo Mây Núi"),
        ("© Sở Y tế tỉnh Mây Núi ĐT: 0200.123456 - Email: soyte@maynui.example", "Sở Y tế tỉnh Mây Núi"),
        ("© SỞ Y TẾ MÂY NÚI | WEBSITE: soyte.maynui.example", "SỞ Y TẾ MÂY NÚI"),
        ("© 2020 Công ty Điện thoại Mây Núi", "Công ty Điện thoại Mây Núi"),
        ("© 2020. Địa chỉ: số 1 đường Bờ Kè", None),
        ("© 2020", None),
        ("Sở Y tế tỉnh Mây Núi", None),
    ],
)
def test_copyright_line_names_the_publisher(line: str, name: str | None) -> None:
    assert publisher_in_footer(line) == name


@pytest.mark.parametrize(
    ("printed", "publisher", "section"),
    [
        ("['Thời sự']", None, "Thời sự"),
        ("['Thời sự', 'Giao thông']", None, "Thời sự"),
        ("Dân trí/Thể thao", "Dân Trí", "Thể thao"),
        ("Kinh tế/Chứng khoán", "Dân Trí", "Kinh tế/Chứng khoán"),
        ("[]", None, None),
        ("[hỏng", None, "[hỏng"),
        ("unknown", None, None),
    ],
)
def test_section_is_the_text_within(printed: str, publisher: str | None, section: str | None) -> None:
    assert canonical_section(printed, publisher) == section
