"""A handful of articles of invented people and places, one for each thing that can be known or missing."""

from __future__ import annotations

from index.article import Article
from index.dates import PublishedAt

HARBOUR = "Báo Bến Cảng"
UPLAND = "Trang tin huyện Mây Ngàn"
SNAIL = "Ốc Thị Mẫn"
REED = "Lau Văn Sậy"


def _at(text: str) -> PublishedAt:
    return PublishedAt.fromisoformat(text)


ARTICLES = (
    Article(
        id="cau-cang",
        title="Cầu cảng mới đón chuyến tàu đầu tiên",
        lead="Chuyến tàu đầu tiên cập cầu cảng lúc rạng sáng.",
        body="Chuyến tàu đầu tiên cập cầu cảng lúc rạng sáng.\n\nNgười dân xóm chài ra xem rất đông.",
        captions=("Tàu cập cầu cảng trong sương",),
        url="https://bencang.example/cau-cang",
        authors=(SNAIL,),
        byline="Ốc Thị Mẫn",
        section="Kinh tế",
        publisher=HARBOUR,
        publisher_printed="BÁO BẾN CẢNG",
        published_at=_at("2020-07-01T23:30:00+07:00"),
        updated_at=_at("2020-07-02T08:00:00+07:00"),
    ),
    Article(
        id="nuoc-sach",
        title="Nước sạch về bản Mây",
        body="Công trình nước sạch dài bảy cây số vừa xong. Bà con bản Mây không còn gánh nước suối.",
        url="https://mayngan.example/nuoc-sach?id=7&trang=2",
        authors=(REED, SNAIL),
        section="Đời sống",
        publisher=UPLAND,
        published_at=_at("2020-07-02T00:00:00+07:00"),
    ),
    Article(
        id="mua-vai",
        title="Mùa vải đến sớm",
        body="Vải chín sớm mười ngày. Nước tưới đủ nhờ hồ chứa mới.",
        authors=(REED,),
        section="Kinh tế",
        publisher=UPLAND,
        published_at=_at("2019-05-20"),
    ),
    Article(
        id="so-tay/khong-ngay",
        title="Sổ tay không ghi ngày",
        body="Ghi chép về nước mắm và muối, chẳng rõ viết năm nào.",
        publisher=HARBOUR,
    ),
    Article(
        id="vo-danh",
        title="Lá thư không ký tên",
        body="Thư gửi toà soạn kể chuyện con nước lớn.",
        url="javascript:alert(1)",
        published_at=_at("2023-01-15T06:05:00+07:00"),
    ),
)


def numbered(count: int) -> tuple[Article, ...]:
    """Make articles that differ by their number alone."""
    return tuple(
        Article(id=f"bai-{number:05}", title=f"Bản tin số {number}", body="Bản tin của xóm chài.", publisher=HARBOUR)
        for number in range(1, count + 1)
    )
