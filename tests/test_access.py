"""Who may knock, and what every answer carries: origins, headers, cookies, and ways back."""

import pytest

from app.people.session_middleware import cookie_name
from tests.browser import HTMX, PLAIN, Browser, api
from tests.inspection import everything, happened
from tests.people import PASSWORDS

WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}
HERE = "http://desk.test"
FETCH = {"Sec-Fetch-Dest": "empty"}

OTHERS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    {"Sec-Fetch-Site": "anything-new"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://desk.test.evil.example"},
    {"Origin": "http://desk.test:8080"},
    {"Origin": "null"},
    {"Origin": "http://[evil"},
    {"Origin": ""},
]
OURS = [
    {},  # no browser
    {"Sec-Fetch-Site": "same-origin", "Origin": HERE},
    {"Sec-Fetch-Site": "none"},
    {"Origin": HERE},
    {"Origin": "http://DESK.test"},
]


@pytest.mark.parametrize("headers", OTHERS, ids=str)
async def test_a_write_that_another_site_sends_with_bobs_cookie_is_refused(bob, headers):
    for kind in ({"Accept": "application/json"}, PLAIN, {"HX-Request": "true"}):
        browser = await Browser.of(bob, kind)
        before = await everything()
        response = await browser.post("/api/generate-code", data=WISH, headers=headers)
        assert response.status_code == 403
        assert "another site" in response.text
        assert await everything() == before


@pytest.mark.parametrize("headers", OURS, ids=str)
async def test_a_write_from_the_desks_own_pages_or_from_a_script_passes(bob, headers):
    assert (await (await api(bob)).post("/api/generate-code", data=WISH, headers=headers)).status_code == 201


@pytest.mark.parametrize("path", ["/login", "/register", "/logout", "/api/admin/codes"])
async def test_signing_in_and_registering_refuse_other_sites_too(bob, path):
    browser = await Browser.of(bob)
    response = await browser.post(path, headers={"Origin": "http://evil.example"})
    assert response.status_code == 403
    assert (await browser.get("/")).status_code == 200


async def test_a_link_from_another_site_may_lead_to_the_desk(bob):
    browser = await Browser.of(bob)
    assert (await browser.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


def test_origins_named_in_the_settings_may_write(servers):
    server = servers(DESK_ORIGINS="https://desk.example, https://other.example:8443")
    bob = server.api("bob")
    for origin, status in (
        ("https://desk.example", 201),
        ("https://other.example:8443", 201),
        ("https://other.example", 403),
        ("https://evil.example", 403),
    ):
        headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        assert bob.post("/api/generate-code", data=WISH, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/", "/login", "/no/such/page", "/healthz", "/static/app.css", "/admin"])
@pytest.mark.parametrize("asks", [{}, HTMX, FETCH], ids=["the browser", "htmx", "a prefetch"])
async def test_every_answer_carries_the_security_headers(bob, path, asks):
    headers = (await (await Browser.of(bob, asks)).get(path)).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers.get("content-type", "").count("charset") <= 1
    is_document = headers.get("content-type", "").startswith("text/html") and not asks
    assert (headers.get("cross-origin-opener-policy") == "same-origin") == is_document
    assert (headers.get("cross-origin-embedder-policy") == "require-corp") == is_document
    assert (headers.get("x-permitted-cross-domain-policies") == "none") == is_document
    unused = set(headers.get("permissions-policy", "").split(", "))
    assert ({"camera=()", "geolocation=()", "microphone=()", "usb=()"} <= unused) == is_document
    assert "strict-transport-security" not in headers


async def test_a_refused_write_carries_them_too(bob):
    response = await (await Browser.of(bob)).post("/logout", headers={"Origin": "http://evil.example"})
    assert response.headers["x-frame-options"] == "DENY"


async def test_pages_stay_out_of_caches_and_static_files_stay_in(bob):
    browser = await Browser.of(bob)
    for path in ("/", "/notifications", "/login", "/no/such/page", "/healthz"):
        assert (await browser.get(path)).headers.get_list("cache-control") == ["no-store"], path
    written = await browser.post("/api/generate-code", data=WISH, headers={"Accept": "application/json"})
    assert written.headers["cache-control"] == "no-store"
    assert "immutable" in (await browser.get("/static/app.css")).headers["cache-control"]
    vary = (await browser.get("/")).headers["vary"].lower()
    assert "hx-request" in vary
    assert "accept" in vary


async def test_the_cookie_in_development(desk):
    response = await Browser(PLAIN).post("/login", data={"username": "bob", "password": PASSWORDS["bob"]})
    cookies = response.headers.get_list("set-cookie")
    for cookie, named, lives in zip(cookies, ("desk=", "desk-device="), (1_209_600, 31_536_000), strict=True):
        name, *flags = [part.strip().lower() for part in cookie.split(";")]
        assert name.startswith(named)
        assert {"httponly", "samesite=lax", "path=/", f"max-age={lives}"} <= set(flags)
        assert "secure" not in flags
        assert not [flag for flag in flags if flag.startswith("domain")]


def test_the_cookie_and_https_in_production(servers):
    server = servers(DESK_ENV="production", DESK_HOSTS="127.0.0.1")
    bob = server.client()
    response = bob.post("/login", data={"username": "bob", "password": PASSWORDS["bob"]})
    cookie, device = response.headers.get_list("set-cookie")
    for each, named in ((cookie, "__host-desk="), (device, "__host-desk-device=")):
        name, *flags = [part.strip().lower() for part in each.split(";")]
        assert name.startswith(named)
        assert {"httponly", "samesite=lax", "path=/", "secure"} <= set(flags)
        assert not [flag for flag in flags if flag.startswith("domain")]
    assert int(response.headers["strict-transport-security"].split(";")[0].removeprefix("max-age=")) >= 31_536_000
    token = cookie.split(";")[0]
    assert bob.get("/", headers={"Cookie": token}).status_code == 200
    assert bob.get("/", headers={"Cookie": token.replace("__Host-", "")}).status_code == 303
    away = bob.post("/logout", headers={"Cookie": token})
    assert "__Host-desk=" in away.headers["set-cookie"]
    assert "secure" in away.headers["set-cookie"].lower()  # without it a browser refuses the name, and keeps the cookie
    assert bob.get("/", headers={"Cookie": token}).status_code == 303


@pytest.mark.parametrize(
    ("sent", "lands"),
    [
        ({"referer": f"{HERE}/?status=pending"}, "/?status=pending"),
        ({"referer": f"{HERE}/notifications"}, "/notifications"),
        ({}, "/"),
        ({"referer": "http://evil.example/notifications"}, "/"),
        ({"referer": f"{HERE}//evil.example/x"}, "/"),
        ({"referer": f"{HERE}/\\evil.example"}, "/"),
        ({"referer": "http://[evil"}, "/"),
        ({"referer": "javascript:alert(1)"}, "/"),
    ],
    ids=str,
)
async def test_a_plain_form_leads_back_to_the_page_it_came_from_and_nowhere_else(bob, sent, lands):
    response = await (await Browser.of(bob, PLAIN)).post("/api/generate-code", data=WISH, headers=sent)
    assert (response.status_code, response.headers["location"]) == (303, lands)
    assert [entry.kind for entry in await happened()] == ["CodeGenerated"]


ELSEWHERE = [
    "http://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "javascript:alert(1)", "/\t/evil.example", "\n//evil.example", "/\n/evil.example", " //evil.example",
    "evil.example", "/漢字", "/a\x01b", "http://[",
]  # fmt: skip


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
async def test_no_form_field_leads_away_from_the_desk(bob, elsewhere):
    response = await (await Browser.of(bob, PLAIN)).post("/api/generate-code", data=WISH | {"back": elsewhere})
    assert (response.status_code, response.headers["location"]) == (303, "/")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
async def test_no_sign_in_leads_away_from_the_desk(desk, elsewhere):
    browser = Browser(PLAIN)
    entered = {"username": "bob", "password": PASSWORDS["bob"], "next": elsewhere}
    response = await browser.post("/login", data=entered)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert browser.client.cookies.get(cookie_name())


async def test_a_form_may_name_its_way_back(bob):
    response = await (await Browser.of(bob, PLAIN)).post(
        "/api/generate-code", data=WISH | {"back": "/?status=pending&q=b"}, headers={"referer": f"{HERE}/notifications"}
    )
    assert response.headers["location"] == "/?status=pending&q=b"


async def test_who_is_asked_to_sign_in_comes_to_the_page_they_wanted(desk):
    browser = Browser(PLAIN)
    asked = await browser.get("/admin/codes?status=pending&q=b")
    assert asked.status_code == 303
    form = await browser.get(asked.headers["location"])
    assert 'name="next" value="/admin/codes?status=pending&amp;q=b"' in form.text
    entered = {"username": "ada", "password": PASSWORDS["ada"], "next": "/admin/codes?status=pending&q=b"}
    assert (await browser.post("/login", data=entered)).headers["location"] == "/admin/codes?status=pending&q=b"


async def test_every_form_works_without_htmx(bob, ada):
    """Each is sent as its own page shows it, with what stands in it, by a browser without JavaScript."""
    from app.accounts.tables import CustomerAccount
    from app.codes.tables import TradingCode
    from app.requests.tables import AccountRequest

    bobs, adas = await Browser.of(bob, PLAIN), await Browser.of(ada, PLAIN)
    code = await TradingCode.generate(bob, **WISH)
    account = await CustomerAccount.create("bob", **WISH, by=ada)
    for path in ("/admin/accounts/new", f"/admin/accounts/{account.id}/extend"):
        assert 'method="post"' in (await adas.get(path)).text
    back = {"back": "/admin/accounts?q=bob"}
    assert (await bobs.get(f"/extend/{account.id}")).status_code == 200
    asked = await bobs.post("/api/extend-code", data={"account_id": account.id, "plan": "7", "back": "/"})
    assert asked.headers["location"] == "/"
    [request] = await AccountRequest.matching(AccountRequest.account == account.id)
    dialog = await adas.get(f"/admin/extensions/{request.id}/decide?action=reject")
    assert 'name="reason"' in dialog.text
    steps = [
        ("/api/admin/extension-requests", {"request_id": request.id, "action": "reject", "reason": "No."}),
        ("/api/admin/extend-customer", {"account_id": account.id, "days": 3}),
        ("/api/admin/accounts", {"account_id": account.id, "action": "suspend"}),
        ("/api/admin/accounts", {"account_id": account.id, "action": "restore"}),
        ("/api/admin/codes", {"code_id": code.id, "action": "activate"}),
        ("/api/admin/create-account", {"username": "bob", **WISH}),
        ("/api/admin/broadcast", {"message": "Hear!", "level": "info"}),
    ]
    for path, fields in steps:
        response = await adas.post(path, data=fields | back)
        assert (path, response.status_code, response.headers["location"]) == (path, 303, "/admin/accounts?q=bob")
    confirm = await adas.get(f"/admin/codes/confirm?action=cancel&code_id={code.id}")
    assert code.grouped_key in confirm.text
    assert "This cannot be undone." in confirm.text
    cancelled = await adas.post("/api/admin/codes", data={"code_id": code.id, "action": "cancel", **back})
    assert cancelled.status_code == 303
    assert (await TradingCode.by_id(code.id)).status == "cancelled"
