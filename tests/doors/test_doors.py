"""The door matrix at work: each route x each role x HTML, htmx and JSON x all methods, on the real application."""

from __future__ import annotations

from html import unescape

import httpx
import pytest
from litestar.routes import HTTPRoute, WebSocketRoute

from tests.browser import app
from tests.conftest import emptied
from tests.databases import Databases, PostgresDatabases
from tests.doors.people import Scene, scene
from tests.doors.table import DOORS, KINDS, LED_TO_THE_DOOR, NO_SUCH_METHOD, ROLES, Answer, Door, Kind
from tests.inspection import everything

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
HTTP = {route.path: set(route.methods) - {"OPTIONS"} for route in app.routes if isinstance(route, HTTPRoute)}
EXAMPLES = {
    "code_id:int": "code",
    "code:int": "code",
    "account_id:int": "account",
    "account:int": "account",
    "request_id:int": "request",
    "product_id:int": "product",
    "person_id:int": "person",
    "person:int": "person",
    "file_path:path": "app.css",
}
"""What stands in a path: one of Bob's rows, or a file."""


@pytest.mark.once
def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    assert {f"{method} {path}" for path, methods in HTTP.items() for method in methods} == set(DOORS)
    others = {route.path for route in app.routes if not isinstance(route, HTTPRoute)}
    assert others == {"/live"} == {route.path for route in app.routes if isinstance(route, WebSocketRoute)}


AGAIN: dict[str, tuple[Kind, ...]] = {"GET": ("page", "json"), "POST": ("htmx", "json"), "PUT": ("htmx", "json")}
"""What is asked on PostgreSQL, too: HEAD asks for the same rows as GET, a fragment for those of its page, and what a
form does without htmx is a redirect."""


def asks_for_no_row(name: str) -> bool:
    return name.startswith("HEAD") or (name.startswith("GET") and "{" not in name)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.once) if asks_for_no_row(name) else name for name in DOORS]
)
async def test_a_door_opens_for_whom_the_matrix_says_and_shows_nobody_what_is_anothers(
    knocking: Scene, database: Databases, name: str
) -> None:
    door = DOORS[name]
    method, path = name.split()
    before = await everything()
    for role in ROLES:
        for kind in AGAIN[method] if isinstance(database, PostgresDatabases) else KINDS:
            answer = door.answer(role)
            does_something = method not in ("GET", "HEAD") and getattr(answer, kind) < 400
            if does_something:
                assert await everything() == before, f"{name} has changed something before {role} did it for {kind}"
            response = await ask(knocking, role, kind, method, path, door)
            where = f"{name} as {role} for {kind}: {response.status_code} {response.text[:300]}"
            assert response.status_code == getattr(answer, kind), where
            check_words(response, answer, method, kind, where)
            check_secrets(response, knocking, role, where)
            if does_something and await everything() != before:
                await emptied()
                knocking = await scene()
                before = await everything()
    assert await everything() == before, f"{name} has changed something for those whom it refuses, or by reading"


def about(path: str) -> str:
    """Routes with the same first words have one scene, as nothing changes: it takes longer than to ask them."""
    words = [word for word in path.split("/") if word not in ("", "api")]
    return "/".join(words[:2] if words[:1] == ["admin"] else words[:1])


@pytest.mark.once
@pytest.mark.parametrize("subject", sorted({about(path) for path in HTTP}))
async def test_what_a_route_does_not_take_is_refused_to_everybody_and_changes_nothing(
    knocking: Scene, subject: str
) -> None:
    """Each role and each method in turn as each kind: who asks makes no difference to how it is refused."""
    before = await everything()
    for path in (path for path in HTTP if about(path) == subject):
        await check_what_it_does_not_take(knocking, path)
        assert await everything() == before, path


async def check_what_it_does_not_take(knocking: Scene, path: str) -> None:
    for turn, role in enumerate(ROLES):
        asked = await ask(knocking, role, KINDS[turn % len(KINDS)], "OPTIONS", path)
        where = f"OPTIONS {path} as {role}: {asked.status_code} {asked.text[:300]}"
        assert asked.status_code == 204, where
        assert set(asked.headers["allow"].split(", ")) == {*HTTP[path], "OPTIONS"}, where
        check_secrets(asked, knocking, role, where)
        for number, method in enumerate(METHODS):
            if method not in HTTP[path]:
                kind = KINDS[(turn + number) % len(KINDS)]
                response = await ask(knocking, role, kind, method, path)
                where = f"{method} {path} as {role} for {kind}: {response.status_code} {response.text[:300]}"
                assert response.status_code == 405, where
                check_words(response, NO_SUCH_METHOD, method, kind, where)
                check_secrets(response, knocking, role, where)


async def ask(scene: Scene, role: str, kind: str, method: str, path: str, door: Door | None = None) -> httpx.Response:
    for placeholder, example in EXAMPLES.items():
        path = path.replace(f"/{{{placeholder}}}", f"/{getattr(scene, example, example)}")
    browser = await scene.browser(role, kind)
    sent = {name: scene.filled(str(value)) for name, value in door.sends.items()} if door else {}
    query = f"?{scene.filled(door.query)}" if door and door.query else ""
    body = {"json" if kind == "json" else "data": sent} if sent else {}
    return await browser.request(method, path + query, **body)


def check_words(response: httpx.Response, answer: Answer, method: str, kind: str, where: str) -> None:
    """A refusal says in its own kind what is wrong, and no more; a redirect leads where the matrix says."""
    if response.status_code in (301, 302, 303, 307, 308):
        assert response.headers["location"].startswith(answer.leads_to), where
        return
    if response.status_code < 400 or method == "HEAD":
        return
    assert response.headers["content-security-policy"], where
    if kind == "json":
        error = response.json()["error"]
        assert set(error) == {"code", "message", "fields"}, where
        assert error["message"][0].isupper(), where
        assert error["message"].endswith("."), where
        assert answer.words in error["message"], where
    else:
        assert response.headers["content-type"].startswith("text/html"), where
        assert answer.words in unescape(response.text), where
        assert ("<html" in response.text) == (kind == "page"), where
    if answer is LED_TO_THE_DOOR and kind == "htmx":
        assert response.headers["hx-redirect"].startswith("/login?next=/"), where


def check_secrets(response: httpx.Response, scene: Scene, role: str, where: str) -> None:
    """Whoever is refused is shown nobody's data, an admin neither; who is let in, or shown their form again, theirs
    alone."""
    refused = response.status_code >= 400 and response.status_code != 422
    if role == "ada" and response.status_code < 400:
        return
    shown = unescape(response.text) + str(response.headers)
    for owner, secrets in scene.secrets.items():
        if owner != role or refused:
            found = {secret for secret in secrets if secret in shown}
            assert not found, f"{where}: shows {owner}'s {found}"
