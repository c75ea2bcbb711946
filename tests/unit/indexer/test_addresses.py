"""Laws of addresses: one form, and only what follows readers is taken away."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.addresses import BadAddress, canonical, host_of, joined, site_of

PIECES = st.sampled_from(
    [
        *(
            "/",
            "..",
            ".",
            "tin-tuc",
            "bài số 1",
            "%2e",
            "%2E%2e",
            "%",
            "%zz",
            "%c3%a0",
            "(S(a1b2))",
            "(A(x)S(y))",
            "//",
        ),
        *(";jsessionid=A1", ";sid=1;sid=2", ";jsessioni%64=3", "?", "&", "amp;", "%61mp;", "&amp;", "utm_source=z"),
        *("sid=12", "sid=0123456789abcdef01", "PHPSESSID=q", "id=7", "a=b c", "=", "#x", "\x00", " ", "đ", "~", "+"),
    ]
)
TAILS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=40))
HOSTS = st.sampled_from(["bao.example", "BÁO.example", "Bao.Example:80", "bao.example:8443", "[::1]:81", "127.0.0.1"])


@given(scheme=st.sampled_from(["http://", "HTTPS://"]), host=HOSTS, tail=TAILS)
def test_the_one_form_of_the_one_form_is_itself(scheme: str, host: str, tail: str) -> None:
    try:
        once = canonical(f"{scheme}{host}/{tail}")
    except BadAddress:
        return
    assert canonical(once) == once
    assert once.isascii()
    assert "#" not in once
    assert " " not in once
    assert once.startswith(site_of(once) + "/")


@given(TAILS)
def test_any_text_is_an_address_or_refused_with_a_reason(text: str) -> None:
    with suppress(BadAddress):
        canonical(text)
    joined("https://bao.example/tin/", text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bao.example/tin?id=1&sid=0123456789abcdef01", "https://bao.example/tin?id=1"),
        ("https://bao.example/tin;jsessionid=0A.n1?id=1", "https://bao.example/tin?id=1"),
        ("https://bao.example/(S(qwe45))/tin/1.aspx", "https://bao.example/tin/1.aspx"),
        ("https://bao.example/tin?id=1&amp;fbclid=x&gclid=y&zarsrc=30", "https://bao.example/tin?id=1"),
        ("https://BAO.example:443/tin?id=1#binh-luan", "https://bao.example/tin?id=1"),
        ("https://bao.example./tin%2Dtuc/%c3%a0", "https://bao.example/tin-tuc/à"),
    ],
)
def test_what_follows_readers_makes_no_other_page(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bao.example/tin?sid=12", "https://bao.example/tin"),
        ("https://bao.example/tin?id=1&p=2", "https://bao.example/tin?p=2&id=1"),
        ("https://bao.example/Tin", "https://bao.example/tin"),
        ("https://bao.example/a%2Fb", "https://bao.example/a/b"),
        ("https://bao.example/tin/", "https://bao.example/tin"),
        ("http://bao.example/", "https://bao.example/"),
        ("https://bao.example:8443/", "https://bao.example/"),
    ],
)
def test_what_may_be_another_page_stays_one(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://bao.example/x", "http or https"),
        ("bao.example/x", "http or https"),
        ("https://ten:mat-khau@bao.example/", "user name"),
        ("https://-bao.example/", "host name"),
        ("https://bao.example:99999/", "no web address"),
        ("https://bao.example/" + "a" * 2_000, "at most 2000"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused(address: str, reason: str) -> None:
    with pytest.raises(BadAddress, match=reason) as refused:
        canonical(address)
    assert "mat-khau" not in str(refused.value)


def test_the_host_of_an_address_holds_its_port() -> None:
    assert host_of(canonical("http://[::1]:81/x")) == "[::1]:81"


@pytest.mark.parametrize(
    "address", ["https://ai:mat@khau@bao.example:99999/", "ftp://ai:mat/khau@bao.example/", "http://ai:matkhau@[bao/"]
)
def test_no_message_repeats_a_password(address: str) -> None:
    with pytest.raises(BadAddress) as told:
        canonical(address)
    assert "khau" not in str(told.value)
