"""Pages, rows and an archive to try the indexer on; all texts are invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.analysis.chain import Analyzer
from index.engine import Engine
from indexer.archive import Archive
from indexer.extract import Extracted, extract
from indexer.raw_page import MediaType, RawPage
from tests.naive_engine import NaiveEngine

NBSP = "\u00a0 \u00a0 \u00a0 "

PAGE = f"""Vườn rau trên mái nhà kho cũ
05/03/2021 09:15:30
{NBSP}Hợp tác xã Mây Chiều vừa thu lứa rau đầu tiên trên mái nhà kho bỏ không bên bến sông.
\u00a0
{NBSP}Mỗi tuần các hộ chia nhau bốn buổi tưới, nước lấy từ bể hứng mưa.
Đất được đội lên mái bằng gánh, mất mười hai ngày, không ai bị thương và không viên ngói nào vỡ.

Các hộ xã viên chuyền từng bao đất
lên mái nhà kho
\u00a0
{NBSP}Sang năm hợp tác xã làm tiếp hai mái nữa./.
Lò Thị Ban Mai\u00a0
Liên kết website
Các chuyên mục
Thống kê truy cập
Đang trực tuyến:
7
Tổng số truy cập:
1234
© 2018 ỦY BAN NHÂN DÂN XÃ MÂY CHIỀU
Địa chỉ: 9 đường Bến Gỗ, xã Mây Chiều.
Điện thoại: 84. 0299.3000999
"""


def dump(text: str, origin: str = "page.txt") -> RawPage:
    return RawPage(origin, MediaType.DUMP, text.encode())


def row(text: str, origin: str = "rows.jsonl:1") -> RawPage:
    return RawPage(origin, MediaType.ROW, text.encode())


def extracted(text: str) -> Extracted:
    return extract(dump(text))


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer.load()


@pytest.fixture
def archive(tmp_path: Path, analyzer: Analyzer) -> Archive:
    engine = NaiveEngine(analyzer)
    return Archive(tmp_path / "home", Engine(engine.open_writer, engine.open_searcher, engine.withhold))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that gives a second more each time."""
    ticks = iter(range(10**9))
    return lambda: datetime.fromtimestamp(1_600_000_000 + next(ticks), UTC)
