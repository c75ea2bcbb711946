"""Pages of an invented portal, as many as are wanted: one template, other texts."""

from __future__ import annotations

_PLACES = ("Bến Đá", "Cồn Lau", "Dốc Sương", "Đồng Nứa", "Gò Mây", "Hang Gió", "Khe Trăng", "Lũng Sậy")
_THINGS = ("giếng khoan", "cầu tre", "lò gạch", "vườn ươm", "trạm bơm", "bếp ăn", "thư viện", "sân bóng")
_PEOPLE = ("Lò Thị Sương Mai", "Vi Văn Đá Cuội", "Hoàng Thị Lá Non", "Trần Gió Bấc", "Ngô Thị Bông Lau")

TITLES = tuple(f"{thing.capitalize()} mới ở {place}" for thing, place in zip(_THINGS, _PLACES, strict=True))


def author_of(number: int) -> str:
    return _PEOPLE[number % len(_PEOPLE)]


def page_of(number: int) -> str:
    place, thing = _PLACES[number % 8], _THINGS[number % 8]
    return f"""<html><head><title>Cổng thông tin điện tử huyện Sông Nứa > Tin tức</title></head><body><form>
<input type="hidden" name="__VIEWSTATE" value="{"dDwt" * (number + 3)}"><div id="dnn_Clock">Thứ bảy, 30/12/2023</div>
<div class="menu"><a href="/">Trang chủ</a> <a href="/tin">Tin tức</a></div>
<div id="dnn_ctr{400 + number * 7}_ViewNews_pnlDetail"><span id="dnn_ctr{400 + number * 7}_ViewNews_lblTitle"
class="tieude">{TITLES[number % 8]}</span>
<div class="thongtin">Ngày đăng: {number % 27 + 1:02}/03/2021 08:{number % 60:02}</div>
<div id="dnn_ctr{400 + number * 7}_ViewNews_lblContent"><p>Bà con {place} vừa góp công làm xong {thing}, mất
{number + 5} ngày, không thuê ai và cũng không ai bỏ dở giữa chừng.</p>
<p>Công việc khó nhất là chở cát qua suối, vì nước lên đúng hôm thứ {number % 6 + 2} và phải chờ {number + 1} giờ.</p>
<div class="nhac">Mời bạn đọc theo dõi trang của huyện trên mạng xã hội để nhận tin sớm nhất mỗi ngày.</div>
<p>Từ tháng sau, {thing} do tổ tự quản {place} trông coi, mỗi tối có một người trực.</p>
<div class="tinkhac"><b>Các tin khác</b><ul><li><a href="/{number}">Bản tin số {number} của huyện Sông Nứa</a>
(0{number % 8 + 1}/02/2021)</li></ul></div></div><div class="kyten">{author_of(number)}</div></div>
<div id="footer">© 2020 ỦY BAN NHÂN DÂN HUYỆN SÔNG NỨA</div></form></body></html>"""
