"""HTML pages as sources: from the file to the article, and what is told."""

from __future__ import annotations

import gzip
from pathlib import Path

from indexer.extract import extract
from indexer.raw_page import MediaType, RawPage
from indexer.sources import read_sources

TABLE_PAGE = """<html><head><title>Cổng thông tin điện tử xã Mây Chiều > Tin tức</title></head><body>
<form id="Form"><input type="hidden" name="__VIEWSTATE" value="dDwtMTY="><table width="100%">
<tr><td colspan="2"><a href="/">Trang chủ</a> | <a href="/gt">Giới thiệu</a> Thứ năm, 26/11/2026</td></tr>
<tr><td width="180"><a href="/1">Tin tức</a><br><a href="/2">Văn bản</a><br>Mây Chiều 28 độ, có mưa rào</td>
<td id="dnn_ContentPane"><span class="Head">Vườn rau trên mái nhà kho cũ</span><br>05/03/2021 09:15:30<br>
<div>&nbsp;&nbsp;&nbsp; Hợp tác xã Mây Chiều vừa thu lứa rau đầu tiên trên mái nhà kho bỏ không bên bến sông.<br><br>
&nbsp;&nbsp; Sang năm hợp tác xã làm tiếp hai mái nữa, phía bên kia bến, nơi nước không bao giờ lên tới./.
<p align="right"><b>Lò Thị Ban Mai</b></p></div>
<div>Các tin khác</div><ul><li><a href="/3">Gió mùa về sớm trên bến Gỗ</a> (30/06/2020)</li></ul></td></tr>
</table></form></body></html>"""


def test_page_of_a_table_portal_becomes_an_article(tmp_path: Path) -> None:
    file = tmp_path / "a.HTM.gz"
    file.write_bytes(gzip.compress(TABLE_PAGE.encode()))

    [page] = read_sources([str(file)])

    assert isinstance(page, RawPage)
    assert page.media_type is MediaType.HTML
    extracted = extract(page)
    assert extracted.article.title == "Vườn rau trên mái nhà kho cũ"
    assert extracted.article.published_at is not None
    assert extracted.article.published_at.isoformat() == "2021-03-05T09:15:30+07:00"
    assert extracted.article.authors == ("Lò Thị Ban Mai",)
    assert len(extracted.article.body.splitlines()) == 2
    assert extracted.rules["title"] == "line above the date"
