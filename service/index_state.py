"""What readers should know of the index before they trust a list: that it is being renewed, is old, or is damaged."""

from __future__ import annotations

from datetime import timedelta

from index.dates import VIETNAM
from index.errors import SearchError
from service.archive import archive
from service.wording import number


def index_state(*, stale_is_told: bool = False) -> tuple[str, ...]:
    """Say it in sentences, none when all is well; a page that can't be answered says so itself."""
    found = archive()
    try:
        stats = found.searcher.stats()
    except SearchError:
        return ()
    built = f"{stats.built_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
    age = found.clock() - stats.built_at
    old_after = found.settings.old_after_days
    told = []
    if stats.stale is not None and not stale_is_told:
        told.append(f"Chỉ mục mới nhất bị hỏng; trang này lấy từ bản trước, cập nhật lúc {built}.")
    if stats.building:
        told.append("Kho đang được cập nhật: vài phút nữa mới tìm được những bài vừa thêm.")
    elif old_after and age >= timedelta(days=old_after):
        told.append(f"Đã {number(age.days)} ngày kho không có gì mới: lần cập nhật gần nhất: {built}.")
    return tuple(told)
