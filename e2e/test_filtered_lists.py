"""A list under a filter, or on a page of its own, stays what its URL says while the desk goes on."""

from playwright.sync_api import expect

from e2e.oracle import expect_equals_fresh_load, look_away
from e2e.steps import act, api, confirm, new_account, new_code, row, rows


def test_a_filtered_list_gains_and_loses_rows(server, sign_in):
    new_code(server, "bob", "70000001")
    pending = sign_in(server, "ada", "/admin/codes")
    pending.get_by_role("navigation", name="Filter").get_by_role("link", name="Pending").click()
    expect(pending).to_have_url(f"{server.url}/admin/codes?status=pending")
    activated = sign_in(server, "grace", "/admin/codes?status=activated")
    expect(activated.get_by_text("Nothing matches")).to_be_visible()

    code = new_code(server, "eve", "70000002")
    expect(row(pending, "codes", "70000002")).to_have_count(1)
    row(pending, "codes", "70000001").get_by_role("button", name="Activate").click()
    look_away(pending)
    expect(row(pending, "codes", "70000001")).to_have_count(0)
    expect(row(activated, "codes", "70000001")).to_have_count(1)
    expect(activated.get_by_text("Nothing matches")).to_be_hidden()
    act(server, code, "activate")
    expect(pending.locator("#codes tr")).to_have_count(0)
    assert rows(activated, "codes") == ["code-2", "code-1"]

    row(activated, "codes", "70000002").get_by_role("button", name="Complete").click()
    confirm(activated, "Complete 1 code")
    look_away(activated)
    expect(row(activated, "codes", "70000002")).to_have_count(0)
    for page in (pending, activated):
        expect_equals_fresh_load(page)


def test_a_search_gains_only_what_it_finds(server, sign_in):
    ada = sign_in(server, "ada", "/admin/codes")
    grace = sign_in(server, "grace", "/admin/accounts?q=eve")
    ada.locator("#q").fill("7100")
    ada.locator("#q").press("Enter")
    expect(ada).to_have_url(f"{server.url}/admin/codes?q=7100")

    new_code(server, "bob", "71990000")
    new_account(server, "bob", "71000002")
    new_account(server, "eve", "71000003")
    new_code(server, "bob", "71000001")
    expect(row(ada, "codes", "71000001")).to_have_count(1)
    expect(row(grace, "accounts", "71000003")).to_have_count(1)
    for page in (ada, grace):
        expect(page.locator("tbody tr")).to_have_count(1)
        expect_equals_fresh_load(page)


def test_a_client_filters_their_own_desk(server, sign_in):
    bob = sign_in(server, "bob", "/?status=pending")
    code = new_code(server, "bob", "72000001")
    expect(row(bob, "codes", "72000001")).to_have_count(1)
    act(server, code, "activate")
    expect(bob.locator("#codes tr")).to_have_count(0)
    expect(row(bob, "accounts", "72000001")).to_have_count(1)
    expect_equals_fresh_load(bob)


def test_a_full_page_pushes_its_last_row_out_and_pulls_the_next_one_in(servers, sign_in):
    server = servers(DESK_PAGE_SIZE="5")
    for number in range(5):
        new_code(server, "bob", f"7300000{number}")
    first = sign_in(server, "ada", "/admin/codes?status=pending")
    bob = sign_in(server, "bob")
    assert rows(first, "codes") == ["code-5", "code-4", "code-3", "code-2", "code-1"]
    expect(first.locator("#codes-pager a")).to_have_count(0)

    new_code(server, "bob", "73000005")
    new_code(server, "bob", "73000006")
    for page in (first, bob):
        expect(page.locator("#code-7")).to_be_visible()
        expect(page.locator("#codes-pager a")).to_have_text(["Next →"])
        expect(page.locator("#codes tr")).to_have_count(5)
        assert rows(page, "codes") == ["code-7", "code-6", "code-5", "code-4", "code-3"]

    deep = sign_in(server, "grace", "/admin/codes?status=pending")
    deep.get_by_role("link", name="Next →").click()
    expect(deep).to_have_url(f"{server.url}/admin/codes?status=pending&after=3")
    assert rows(deep, "codes") == ["code-2", "code-1"]
    new_code(server, "eve", "73000007")
    expect(first.locator("#code-8")).to_be_visible()
    assert rows(deep, "codes") == ["code-2", "code-1"], "a deep page stays where it is"

    row(first, "codes", "73000005").get_by_role("button", name="Activate").click()
    look_away(first)
    expect(first.locator("#code-6")).to_have_count(0)
    expect(first.locator("#code-3")).to_be_visible()
    expect(first.locator("#codes tr")).to_have_count(5)
    assert rows(first, "codes") == ["code-8", "code-7", "code-5", "code-4", "code-3"]
    row(deep, "codes", "73000001").get_by_role("button", name="Activate").click()
    look_away(deep)
    expect(deep.locator("#codes tr")).to_have_count(1)
    expect_equals_fresh_load(deep)
    deep.get_by_role("link", name="First").click()
    expect(deep).to_have_url(f"{server.url}/admin/codes?status=pending")
    for page in (first, deep, bob):
        expect_equals_fresh_load(page)


def test_every_kind_of_list_keeps_its_page_under_a_burst(servers, sign_in):
    server = servers(DESK_PAGE_SIZE="5")
    pages = [
        sign_in(server, "ada", "/admin/accounts"), sign_in(server, "ada", "/admin/activity"),
        sign_in(server, "grace", "/notifications"), sign_in(server, "bob"),
    ]  # fmt: skip
    for number in range(7):
        act(server, new_code(server, "bob", f"7400000{number}"), "activate")
    for page in pages:
        expect_equals_fresh_load(page)


def test_a_search_follows_the_typing_and_the_filters_narrow_it(server, sign_in):
    """The focus and the caret stay, Back leads to the page before the search, and what is pushed is what is listed."""
    for number, plan in enumerate(("30", "90", "90")):
        new_code(server, "bob", f"7400000{number}", plan=plan)
    ada = sign_in(server, "ada", "/admin/codes")
    key = ada.locator("#codes tr").first.locator("code").inner_text().replace("-", "")
    ada.locator("#q").press_sequentially("eve")
    expect(ada).to_have_url(f"{server.url}/admin/codes?q=eve")
    expect(ada.get_by_text("Nothing matches")).to_be_visible()
    ada.locator("#q").press("Control+A")
    ada.locator("#q").press_sequentially(key[9:15].lower())
    expect(ada.locator("#codes tr")).to_have_count(1)
    expect(ada.locator("#q")).to_be_focused()
    ada.locator("#q").press("Control+A")
    ada.locator("#q").press_sequentially("ob")
    ada.locator("#q").press("Home")
    ada.locator("#q").press_sequentially("b")
    expect(ada).to_have_url(f"{server.url}/admin/codes?q=bob")
    assert ada.evaluate("document.activeElement.selectionStart") == 1
    expect(ada.locator("#codes tr")).to_have_count(3)

    ada.locator("#narrow-summary").click()
    ada.get_by_label("Plan").select_option("90")
    expect(ada).to_have_url(f"{server.url}/admin/codes?q=bob&plan=90")
    expect(ada.locator("#codes tr")).to_have_count(2)
    ada.locator("#narrow-summary").click()
    new_code(server, "bob", "74000003", plan="90")
    new_code(server, "bob", "74000004", plan="30")
    expect(row(ada, "codes", "74000003")).to_have_count(1)
    expect(ada.locator("#codes tr")).to_have_count(3)
    look_away(ada)
    expect_equals_fresh_load(ada)
    ada.get_by_role("link", name="Remove the filter 90 days").click()
    expect(ada).to_have_url(f"{server.url}/admin/codes?q=bob")
    expect(ada.locator("#codes tr")).to_have_count(5)


def test_accounts_are_sorted_by_their_end_and_move_with_it(server, sign_in):
    """At once where nobody is using the list; under the pointer, or the keyboard, once it is left alone."""
    plans = ("90", "7", "30", "lifetime")
    made = [new_account(server, "bob", f"7500000{number}", plan=plan) for number, plan in enumerate(plans)]
    late, soon, middle, never = (f"account-{account['id']}" for account in made)

    def extend(element, days):
        api(server, "grace", "/api/admin/extend-customer", account_id=int(element.rsplit("-", 1)[1]), days=days)

    ada = sign_in(server, "ada", "/admin/accounts")
    header = ada.get_by_role("columnheader", name="Ends")
    header.get_by_role("link").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert rows(ada, "accounts") == [soon, middle, late, never]
    look_away(ada)
    extend(soon, 200)
    expect(ada.locator("#accounts tr").first).to_have_id(middle)
    expect_equals_fresh_load(ada)
    assert rows(ada, "accounts") == [middle, late, soon, never]

    ada.locator(f"#{late}").hover()
    before = ada.locator(f"#{late}").bounding_box()
    extend(middle, 300)
    expect(ada.locator(f"#{middle} .moved")).to_have_count(1)
    newest = new_account(server, "eve", "75000008", plan="7")["id"]
    expect(ada.locator(f"#account-{newest}")).to_have_count(1)
    assert ada.locator(f"#{late}").bounding_box() == before
    look_away(ada)
    expect(ada.locator("#accounts .moved")).to_have_count(0)
    expect_equals_fresh_load(ada)
    assert rows(ada, "accounts")[1:] == [late, soon, middle, never]

    ada.get_by_role("columnheader", name="Ends").get_by_role("link").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    look_away(ada)
    assert rows(ada, "accounts")[:4] == [never, middle, soon, late]
    extend(late, 400)
    expect(ada.locator("#accounts tr").nth(1)).to_have_id(late)
    expect_equals_fresh_load(ada)


def test_the_header_of_a_long_list_stays_in_sight(servers, sign_in):
    server = servers(DESK_QUOTAS="off")
    for number in range(30):
        new_code(server, "bob", f"760000{number:02}")
    ada = sign_in(server, "ada", "/admin/codes")
    ada.locator("#codes tr").last.scroll_into_view_if_needed()
    header = ada.get_by_role("columnheader", name="Owner")
    expect(header).to_be_in_viewport()
    box = header.bounding_box()
    assert ada.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('th') !== null", [box["x"] + 8, box["y"] + 8]
    )
