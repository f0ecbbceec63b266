"""64 KiB of the worst signs in every field of every form and in every header: refused, in words, and without holding
the loop. All of it ends before a query, so that one kind of database is enough."""

import time

import msgspec
import pytest

from app.people.session_middleware import cookie_name
from tests.browser import HTMX, JSON, PLAIN, Browser, app
from tests.edge.loop_holds import MOST, holds
from tests.edge.routes import FIELDS, SIGNS_OF, WORST, as_address, as_form, as_json, browser_for, plausible

FORM, OBJECT = {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/json"}
WAYS = [(as_address, FORM | PLAIN), (as_form, FORM | HTMX), (as_json, OBJECT | JSON)]
HEADERS = [
    "Cookie", "Referer", "HX-Current-URL", "User-Agent", "Accept", "Origin", "Sec-Fetch-Site", "HX-Source", "HX-Target",
    "HX-Request", "X-Forwarded-For", "Accept-Language", "Range", "If-None-Match", "Authorization", "X-Unknown",
]  # fmt: skip
STARTS = (b"", b'desk="', b"http://desk.test/?q=", b"//", b"text/html;q=")


@pytest.fixture
def people(ada, bob):
    return {"ada": ada, "bob": bob}


def in_words(response):
    if response.headers["content-type"].startswith("application/json"):
        error = response.json()["error"]
        return all(text.endswith((".", "”")) for text in (error["message"], *error["fields"].values()))
    return "." in response.text and "Traceback" not in response.text


@pytest.mark.parametrize(("write", "field"), FIELDS, ids=lambda part: str(part))
async def test_no_field_of_a_form_holds_the_loop(people, write, field):
    values = plausible(write.takes)
    for encode, headers in WAYS:
        browser = await browser_for(write, people, headers | {"HX-Source": f"form#{write.path}"})
        url = write.path
        await browser.request(
            write.method, url, content=encode(values, field, "x")
        )  # its templates are compiled by now
        for name, sign in SIGNS_OF[write, field].items():
            content = encode(values, field, sign)
            assert len(content) > 60_000
            with holds() as seen:
                response = await browser.request(write.method, url, content=content)
            assert 400 <= response.status_code < 500, (name, response.status_code)
            assert in_words(response), name
            assert seen.longest < MOST, f"{name} held the loop for {seen.longest:.3f} s"


@pytest.mark.parametrize(("write", "field"), FIELDS, ids=lambda part: str(part))
async def test_no_crowd_of_values_in_a_field_holds_the_loop(people, write, field):
    values = plausible(write.takes)
    browser = await browser_for(write, people, dict(PLAIN))
    told = "&".join(f"{name}={one}" for name, one in values.items()).encode()
    lists = [[1] * 25_000, ["\u0316\u0301" * 2_000] * 3, ["1" * 60_000], [None] * 13_000, [True] * 13_000, 1.5, {}]
    await browser.request(write.method, write.path, content=b"x=1", headers=FORM)
    bodies = [((told + f"&{field}=1".encode() * 6_000)[:65_000], FORM)]
    bodies += [(msgspec.json.encode({**values, field: value}), OBJECT) for value in lists]
    bodies += [(b'{"%s": %s}' % (field.encode(), b"1" * digits), OBJECT) for digits in (4_200, 60_000)]
    for content, headers in bodies:
        await check(browser, write, content, headers)


@pytest.mark.parametrize("write", {write.path: write for write, _ in FIELDS}.values(), ids=str)
async def test_no_crowd_of_fields_holds_the_loop(people, write):
    browser = await browser_for(write, people, dict(PLAIN))
    await browser.request(write.method, write.path, content=b"x=1", headers=FORM)
    for content in (
        b"&".join(b"a%d=" % number for number in range(7_000)),
        b"&" * 65_000, b"=&" * 32_000, b"%" * 65_000, b"+" * 65_000,
    ):  # fmt: skip
        await check(browser, write, content, FORM)


async def check(browser, write, content, headers):
    with holds() as seen:
        response = await browser.request(write.method, write.path, content=content, headers=headers)
    assert 400 <= response.status_code < 500, content[:80]
    assert in_words(response), content[:80]
    assert seen.longest < MOST, f"{content[:60]!r} held the loop for {seen.longest:.3f} s"


@pytest.mark.parametrize("header", HEADERS)
async def test_no_header_holds_the_loop(people, header):
    """As long as a server that does not look at their length would pass them on."""
    browser = await Browser.of(people["bob"])
    token = browser.client.cookies[cookie_name()]
    more = [(b"Cookie", f"desk={token}".encode())] if header != "Cookie" else []
    for turn, sign in enumerate(WORST.values(), HEADERS.index(header)):
        text = sign.encode().replace(b"\r\n", b"  ").replace(b"\0", b"~")
        # All for each header took long: of five headers that stand side by side each sign follows all of them.
        for start in (STARTS[turn % len(STARTS)], STARTS[(turn + 2) % len(STARTS)]):
            value = start + text * (60_000 // len(text))
            for method, url in (("GET", "/"), ("POST", "/api/notifications/seen")):
                with holds() as seen:
                    response = await browser.request(method, url, headers=[*more, (header.encode(), value)])
                assert response.status_code < 500
                assert seen.longest < MOST, f"{header} {start!r} held the loop for {seen.longest:.3f} s"


@pytest.mark.parametrize("sign", WORST.values(), ids=WORST)
async def test_no_view_that_a_socket_names_holds_the_loop(desk, sign):
    """A frame may have 64 KiB of any sign; urlsplit alone took seconds for some hosts."""
    for start in ("", "/", "//", "http://", "/?q=", "/?", "//[", "/admin/codes?status="):
        started = time.thread_time()
        app.state.views.of(start + sign * (60_000 // len(sign.encode())))
        assert time.thread_time() - started < MOST
