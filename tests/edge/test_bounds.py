"""Every field of every form has its bounds, declared once; and nothing reads a body but by them."""

import ast
from typing import get_args, get_origin

import msgspec
import pytest

from app.web.fields import expected_value, fields_of, html_limits, meta, plain
from app.web.forms import FormPage
from app.web.redirects import LONGEST_PATH
from app.web.request_body import LONGEST_NAME, MOST_FIELDS
from tests.browser import JSON, PLAIN, Browser, api
from tests.edge.routes import WRITES
from tests.test_structure import APP, files

NO_BODY = {"POST /logout"}
"""What they do, they do without being told anything."""


def test_every_route_that_writes_declares_what_it_takes():
    assert {str(write) for write in WRITES if write.takes is None} == NO_BODY
    for write in WRITES:
        assert write.takes is None or issubclass(write.takes, msgspec.Struct)
        assert not {"data", "body"} & set(write.handler.parsed_fn_signature.parameters), f"{write} reads past the edge"


def test_only_one_file_reads_bodies():
    """`request.form()` would be as good as no declaration: its fields have no bounds."""
    readers = {
        str(path.relative_to(APP))
        for path in files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in ("body", "form", "json", "msgpack", "stream")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("request", "connection")
    }
    assert readers == {"web/request_body.py"}


def unbounded(kind):
    bounds = meta(kind)
    if get_origin(plain(kind)) is list:
        return bounds.max_length is None or unbounded(get_args(plain(kind))[0])
    if plain(kind) is int:
        return bounds.ge is None or bounds.le is None
    return plain(kind) is not str or bounds.max_length is None


@pytest.mark.parametrize("write", [write for write in WRITES if write.takes], ids=str)
def test_every_field_says_how_much_it_takes_and_what_is_wrong_in_a_sentence(write):
    for field in fields_of(write.takes):
        assert not unbounded(field.type), field.name
        assert expected_value(field.type).endswith("."), field.name


@pytest.mark.parametrize("write", [write for write in WRITES if write.handler.opt.get("form")], ids=str)
def test_what_a_control_says_in_html_is_what_the_edge_takes(write):
    form: FormPage = write.handler.opt["form"]
    assert form.takes is write.takes
    for name, attributes in form.limits.items():
        kind = next(field.type for field in fields_of(write.takes) if field.name == name)
        assert attributes == html_limits(write.takes)[name]
        assert attributes.get("maxlength") == meta(kind).max_length
        assert attributes.get("max") == meta(kind).le


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("/login", 'name="username" maxlength="32"'), ("/login", 'name="password" maxlength="128"'),
        ("/register", 'name="email" maxlength="254"'), ("/register", 'name="password" minlength="8" maxlength="128"'),
    ],
)  # fmt: skip
async def test_the_controls_of_strangers_say_so(desk, path, element):
    assert element in (await Browser(PLAIN).get(path)).text


WISH = {"platform": "mt5", "account_number": "12345678", "plan": "30"}


@pytest.mark.parametrize(
    "more",
    [
        {"x" * (LONGEST_NAME + 1): "1"}, {"unknown": "x" * (LONGEST_PATH + 1)}, {"back": "/" + "x" * LONGEST_PATH},
        {"unknown": ["x"] * (MOST_FIELDS + 1)}, {f"unknown{n}": "1" for n in range(MOST_FIELDS)},
        {"unknown": ["1", "x" * (LONGEST_PATH + 1)]},
    ],
    ids=["name", "value", "back", "many values", "many fields", "item"],
)  # fmt: skip
async def test_what_the_desk_does_not_know_has_bounds_too(bob, more):
    for headers in (JSON, PLAIN):
        browser = await Browser.of(bob, headers)
        for sent in ({"data": WISH | more}, {"json": WISH | more}):
            assert (await browser.post("/api/generate-code", **sent)).status_code == 422


@pytest.mark.parametrize("more", [{"a": {"b": 1}}, {"a": [[1]]}, {"a": [{"b": 1}]}], ids=str)
async def test_nested_json_is_refused_in_words(bob, more):
    response = await (await api(bob)).post("/api/generate-code", json=WISH | more)
    assert response.status_code == 422
    assert response.json()["error"]["message"] == "The body must be a JSON object of texts, numbers and lists of them."


async def test_a_field_that_the_desk_does_not_know_is_passed_over(bob):
    for sent in ({"data": WISH | {"colour": "red"}}, {"json": WISH | {"colour": "red", "sizes": [1, None, 2.5]}}):
        assert (await (await api(bob)).post("/api/generate-code", **sent)).status_code == 201


async def test_a_form_with_files_is_refused_in_words(bob):
    response = await (await api(bob)).post("/api/generate-code", files={"platform": b"mt5"})
    assert response.status_code == 422
    assert response.json()["error"]["message"] == "Send the fields form-encoded or as JSON."


async def test_two_hundred_codes_at_once_and_no_more(ada):
    browser = await api(ada)
    for many, status in ((200, 404), (201, 422), (MOST_FIELDS, 422)):
        act = {"code_id": [str(n + 900_000) for n in range(many)], "action": "activate"}
        for sent in ({"data": act}, {"json": act}):
            assert (await browser.post("/api/admin/codes", **sent)).status_code == status
        query = "&".join(f"code_id={n}" for n in act["code_id"])
        assert (await browser.get(f"/admin/codes/confirm?action=cancel&{query}")).status_code in (404, 422)


async def test_a_refused_value_that_is_very_long_is_not_sent_back(bob):
    response = await (await Browser.of(bob, PLAIN)).post(
        "/api/generate-code", data=WISH | {"account_number": '"' * 20_000}
    )
    assert response.status_code == 422
    assert "Enter 4 to 12 digits" in response.text
    assert len(response.text) < 20_000


@pytest.mark.parametrize("path", ["/admin/codes", "/admin/accounts", "/admin/extensions", "/admin/activity"])
async def test_a_search_that_is_too_long_is_refused_in_words_and_not_cut(ada, path):
    for headers in (JSON, PLAIN):
        browser = await Browser.of(ada, headers)
        assert (await browser.get(f"{path}?q={'x' * 64}")).status_code == 200
        refused = await browser.get(f"{path}?q={'x' * 65}")
        assert refused.status_code == 422
        assert "A search has at most 64 characters." in refused.text
