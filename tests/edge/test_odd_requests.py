"""Methods, paths and bodies that no browser would send: answered like any other mistake."""

import json
import re
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.routes import HTTPRoute

from tests.browser import HTMX, JSON, PLAIN, Browser, app
from tests.edge.routes import WRITES, browser_for

PATHS = [
    "/static/%00", "/static/app.css%00", "/static/a%00b/app.css", "/static/%2e%2e/pyproject.toml",
    "/static/../pyproject.toml", "/static/..%2f..%2fpyproject.toml", "/static/%2e%2e%2f%2e%2e%2fetc/passwd",
    "/static//etc/passwd", "/static/\\app.css", "/static/..%5c..%5cpyproject.toml", "/static/app.css/x",
    "/static/app.css/", "/static/vendor", "/static/", "/static", "/static/" + "a" * 300, "/static/" + "a/" * 2_000,
    "/static/%ed%a0%80", "/static/%ff%fe", "/static/%F0%9F%91%A9", "/%00", "/%2e%2e/%2e%2e/etc/passwd", "/\\", "/%5c",
    "/%ed%a0%80", "/%ff", "//", "///admin", "/" + "a" * 60_000, "/admin/accounts/" + "9" * 5_000 + "/extend",
    "/admin/accounts/-1/extend", "/admin/accounts/%00/extend", "/admin/accounts/0/extend",
    "/admin/accounts/1e3/extend", "/admin/accounts/%D9%A3/extend", "/extend/" + "9" * 4_000,
    "/admin/extensions/99999999999999999999/decide", "/;jsessionid=1", "/admin/codes;x=y", "/index.php", "/.git/config",
]  # fmt: skip


NO_ROW = ("/static", "/%", "/\\", "//", "/;", "/index", "/.git", "/" + "a" * 60_000)
"""They name nothing that a database could look for: once."""


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.once) if path.startswith(NO_ROW) else path for path in PATHS],
    ids=lambda path: path[:40],
)
async def test_an_odd_path_is_nothing_of_ours(ada, bob, path):
    for person in (None, bob, ada):
        for headers in (PLAIN, JSON, HTMX):
            response = await (await Browser.of(person, headers)).get(path)
            assert response.status_code in (200, 303, 401, 403, 404, 405)
            assert response.status_code != 200 or path in ("//", "///admin", "/static/app.css/")
            assert "Traceback" not in response.text
    if path.startswith("/static") and path != "/static/app.css/":
        assert response.status_code == 404


@pytest.mark.once
def test_raw_requests_to_a_real_server_are_answered(server):
    """As bytes, since no client would send them."""
    targets = [
        b"/static/\x01",
        b"/static/%00",
        b"/%",
        b"/%zz",
        b"/\xff\xfe",
        b"*",
        b"http://[::1",
        b"/" + b"%00" * 2_000,
    ]
    for method in (b"GET", b"OPTIONS", b"BREW", b"CONNECT", b"TRACE", b"HEAD"):
        for target in targets:
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
                line.sendall(method + b" " + target + b" HTTP/1.1\r\nHost: desk.test\r\nConnection: close\r\n\r\n")
                answer = b""
                while portion := line.recv(65_536):
                    answer += portion
            assert answer[:10] in (b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4"), (method, target, answer[:60])
    assert server.is_well()
    assert "request failed" not in server.log.read_text()


@pytest.mark.once
@pytest.mark.parametrize("route", [route for route in app.routes if isinstance(route, HTTPRoute)], ids=lambda r: r.path)
async def test_options_says_which_methods_a_route_takes_and_nothing_else(bob, ada, route):
    path = re.sub(r"\{\w+:int\}", "1", route.path).replace("{file_path:path}", "app.css")
    assert "{" not in path
    for person in (None, bob, ada):
        for headers in (PLAIN, JSON, HTMX, {"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}):
            response = await (await Browser.of(person, headers)).request("OPTIONS", path)
            assert (response.status_code, response.content) == (204, b"")
            assert set(response.headers["allow"].split(", ")) == {*route.methods}
            assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.once
@pytest.mark.parametrize("path", ["/no/such/page", "/live", "/static/nothing.css"])
async def test_options_of_anything_else_is_a_mistake_like_any_other(desk, path):
    assert (await Browser().request("OPTIONS", path)).status_code in (204, 404, 405)


TYPES = st.one_of(
    st.sampled_from(
        [b"application/json", b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"text/plain",
         b"", b"application/x-www-form-urlencoded; charset=utf-7", b"application/json; charset=punycode"]
    ),
    st.binary(max_size=60).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")),
)  # fmt: skip
NAMES = sorted({field for write in WRITES if write.takes for field in write.takes.__struct_fields__} | {"back", "x"})
VALUES = st.one_of(
    st.text(max_size=80), st.sampled_from(["1", "mt5", "30", "activate", "bob", "\0", "1e9", "-1", "9" * 25])
)
BODIES = st.one_of(
    st.binary(max_size=400),
    st.lists(st.tuples(st.sampled_from(NAMES).map(str.encode), st.binary(max_size=40)), max_size=8).map(
        lambda pairs: b"&".join(name + b"=" + value for name, value in pairs)
    ),
    st.dictionaries(
        st.sampled_from(NAMES),
        st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), VALUES), st.lists, max_leaves=5),
        max_size=6,
    ).map(lambda values: json.dumps(values).encode()),
)


@pytest.mark.parametrize("write", WRITES, ids=str)
@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
@given(body=BODIES, kind=TYPES, headers=st.sampled_from([PLAIN, JSON, HTMX]))
async def test_no_body_of_any_kind_is_a_fault_of_ours(ada, bob, write, body, kind, headers):
    browser = await browser_for(write, {"ada": ada, "bob": bob}, headers)
    more = [(b"Content-Type", kind)] if kind else []
    response = await browser.request(write.method, write.path, content=body, headers=more)
    assert response.status_code < 500, response.text
