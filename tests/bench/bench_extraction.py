"""How many HTML pages a second become articles, beside trafilatura alone on the same pages.

Pages are generated: those of a table portal (short), of a portal with long menus and thirty paragraphs, and of a
newspaper with JSON-LD. What is compared is not the same work: trafilatura gives text, title, date, author; ours also
captions, section, publisher, lead, and the rule of each.

    python -m tests.bench.bench_extraction [--pages 300] [--rounds 5]

Processor time is measured, in rounds that alternate between the contestants, so that a busy machine disturbs all alike.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence

from trafilatura import bare_extraction

from indexer.extract import extract
from indexer.raw_page import MediaType, RawPage
from tests.unit.indexer.html.invented_portal import TITLES, author_of, page_of

PARAGRAPH = (
    "Đoàn kiểm tra số {} đi {} cây số đường rừng trong {} ngày, gặp từng hộ có đất nằm dưới hành lang lưới điện, ghi "
    "lại cây trồng, giếng nước, mồ mả, rồi đọc lại cho chủ hộ nghe trước khi ký."
)


def long_page(number: int) -> str:
    """A page with two hundred menu entries, thirty paragraphs, forty other articles."""
    menu = "".join(f'<li><a href="/m/{at}">Chuyên mục thứ {at} của cổng</a></li>' for at in range(200))
    text = "".join(f"<p>{PARAGRAPH.format(number, at + 3, at + 1)}</p>" for at in range(30))
    other = "".join(
        f'<li><a href="/t/{at}">Bản tin số {at} trong tháng</a> ({at % 27 + 1:02}/02/2021)</li>' for at in range(40)
    )
    return f"""<html><head><title>{TITLES[number % 8]} - Cổng thông tin huyện Sông Nứa</title></head><body>
<ul class="menu">{menu}</ul><h1>{TITLES[number % 8]}</h1><div class="date">{number % 27 + 1:02}/03/2021 08:15</div>
<div class="content">{text}<p align="right"><b>{author_of(number)}</b></p></div><h3>Các tin khác</h3><ul>{other}</ul>
<div>© 2020 ỦY BAN NHÂN DÂN HUYỆN SÔNG NỨA</div></body></html>"""


def stated_page(number: int) -> str:
    """A page that states everything in JSON-LD."""
    stated = {
        "@type": "NewsArticle",
        "headline": TITLES[number % 8],
        "datePublished": f"2021-03-{number % 27 + 1:02}T08:15:00+07:00",
        "author": {"@type": "Person", "name": author_of(number)},
        "publisher": {"@type": "Organization", "name": "Báo Sông Nứa"},
    }
    script = f'<script type="application/ld+json">{json.dumps(stated, ensure_ascii=False)}</script>'
    return long_page(number).replace("</head>", f"{script}</head>")


KINDS: dict[str, Callable[[int], str]] = {"table portal": page_of, "long page": long_page, "with JSON-LD": stated_page}


def rate(work: Callable[[bytes], object], pages: Sequence[bytes]) -> float:
    """Count the pages worked on in a second of processor time."""
    start = time.process_time()
    for page in pages:
        work(page)
    return len(pages) / (time.process_time() - start)


def ours(page: bytes) -> object:
    """Read a page as `timtin add` does."""
    return extract(RawPage("page.html", MediaType.HTML, page, "https://songnua.example.vn/tin/7"))


def trafilatura(page: bytes) -> object:
    """Text and metadata."""
    return bare_extraction(page, url="https://songnua.example.vn/tin/7", with_metadata=True, include_comments=False)


def main() -> None:
    """Measure each kind of page in alternating rounds; print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    share = max(1, options.pages // options.rounds)
    print("| pages | KB each | ours, pages/s | trafilatura alone, pages/s | ratio |\n|---|---|---|---|---|")
    for name, make in KINDS.items():
        pages = [make(number).encode() for number in range(share * options.rounds)]
        for work in (ours, trafilatura):
            work(pages[0])
        rates: dict[str, list[float]] = {"ours": [], "theirs": []}
        for at in range(options.rounds):
            part = pages[at * share : (at + 1) * share]
            rates["ours"].append(rate(ours, part))
            rates["theirs"].append(rate(trafilatura, part))
        ratio = statistics.median(a / b for a, b in zip(rates["ours"], rates["theirs"], strict=True))
        size = statistics.mean(map(len, pages)) / 1000
        mine, other = (f"{statistics.median(each):.0f} ({min(each):.0f}-{max(each):.0f})" for each in rates.values())
        print(f"| {name} | {size:.1f} | {mine} | {other} | {ratio:.1f} |", flush=True)


if __name__ == "__main__":
    main()
