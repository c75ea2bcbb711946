"""What the filters beside a result list are called."""

from __future__ import annotations

import pytest

from index.query import Facet
from service.filters_panel import Choice, Group


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["Báo Lúa", "Báo Tôm"], "Thêm 2 nơi đăng"),
        (["Báo Lúa", "Chưa rõ"], "Thêm 1 nơi đăng và mục chưa rõ"),
        (["Chưa rõ"], "Thêm mục chưa rõ"),
    ],
)
def test_the_rest_of_a_group_is_named_for_what_it_is(labels: list[str], said: str) -> None:
    rest = tuple(Choice(label, count=1, url="/", chosen=False, share=100) for label in labels)
    assert Group(Facet.PUBLISHER, "Nơi đăng", (), rest, "nơi đăng").rest_label == said
