"""python -m app …, as an operator types it: in processes of its own, on databases of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from app.environment import VARIABLES
from tests.databases import ROOT, PostgresDatabases, run_app
from tests.live.rows import execute
from tests.server import Server

STOPPED = (0, -signal.SIGTERM)
"""Uvicorn shuts down in order, and then ends as the signal would have ended it."""

SEE = """
import asyncio
from app.db.engine import engine
from app.people.tables import Person
async def see():
    await engine().start_connection_pool()
    for table in ("person", "trading_code", "customer_account", "extension_request", "event"):
        [row] = await Person.raw(f"SELECT count(*) AS n, max(id) AS last FROM {table}")
        print(table, row["n"], row["last"])
    await engine().close_connection_pool()
asyncio.run(see())
"""


def app(url, *arguments, stdin=""):
    return run_app(url, "-m", "app", *arguments, stdin=stdin, check=False)


def counts(url):
    return run_app(url, "-c", SEE).stdout


def error_of(done):
    """One clear line, and exit 1."""
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("codedesk: ")
    return line


def create(url, name, role="client", password="seven-quiet-harbours", *more):
    return app(url, "create-person", name, "--role", role, "--password-stdin", *more, stdin=f"{password}\n")


def test_migrating_an_empty_database_twice_at_once_and_then_once_more(database):
    url = database.empty()
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "app", "migrate"], cwd=ROOT, env=os.environ | {"DATABASE_URL": url},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert ([process.returncode for process in both], outputs) == ([0, 0], ["", ""])
    assert create(url, "mia").returncode == 0
    again = app(url, "migrate")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert counts(url).splitlines()[0] == "person 1 1"


@pytest.mark.once
def test_a_desk_is_seeded_once_and_a_second_seeding_keeps_what_is_there(database, tmp_path):
    url = database.empty()
    app(url, "migrate")
    done = app(url, "seed")
    assert done.returncode == 0, done.stderr
    assert "ada" in done.stdout
    assert "analytical-engine" in done.stdout
    seeded = counts(url)
    rows = {line.split()[0]: int(line.split()[1]) for line in seeded.splitlines()}
    assert rows["person"] >= 4
    assert rows["trading_code"] >= 10
    assert rows["customer_account"] >= 10
    assert rows["extension_request"] >= 3
    again = app(url, "seed")
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert counts(url) == seeded
    with Server(url, log=tmp_path / "server.log") as server:
        codes = server.api("ada").get("/admin/codes").json()["items"]
        assert len(codes) >= 10
        assert len({code["status"] for code in codes}) >= 4


def test_a_person_is_made_and_can_sign_in(database, tmp_path):
    url = database.fresh()
    done = create(url, "Hopper", "admin", "seven-quiet-harbours", "--email", "hopper@example.com")
    assert (done.returncode, done.stdout) == (0, "admin hopper can sign in\n")
    with Server(url, log=tmp_path / "server.log") as server:
        signed_in = server.api().post("/login", json={"username": "hopper", "password": "seven-quiet-harbours"})
        assert signed_in.json() == {"username": "hopper", "role": "admin"}


def test_a_person_who_cannot_be_made_is_one_line_and_exit_1(database):
    url = database.fresh()
    assert "taken" in error_of(create(url, "Bob"))
    assert "8 to 128 characters" in error_of(app(url, "create-person", "mia", "--role", "client", "--password-stdin"))
    several = error_of(create(url, "no such name", "client", "short", "--email", "nowhere"))
    assert "2 to 32 letters" in several
    assert "8 to 128 characters" in several
    assert "e-mail" in several
    assert counts(url).splitlines()[0] == "person 4 4"


@pytest.mark.once
def test_a_role_that_there_is_not_and_a_password_on_the_command_line_are_refused(database):
    url = database.fresh()
    assert create(url, "mia", "owner").returncode == 2
    assert app(url, "create-person", "mia", "--role", "client").returncode == 2


@pytest.mark.once
def test_roles_passwords_and_suspensions_are_changed_from_here(database, tmp_path):
    url = database.fresh()
    assert app(url, "change-role", "bob", "--role", "admin").returncode == 0
    assert app(url, "change-password", "bob", "--password-stdin", stdin="nine-quiet-harbours\n").returncode == 0
    assert app(url, "suspend-person", "eve").returncode == 0
    assert "no person called" in error_of(app(url, "suspend-person", "mallory"))
    assert app(url, "suspend-person", "grace").returncode == 0
    assert app(url, "restore-person", "grace").returncode == 0
    assert app(url, "restore-person", "grace").returncode == 0  # done already
    assert "no person called" in error_of(app(url, "restore-person", "mallory"))
    with Server(url, log=tmp_path / "server.log") as server:
        asking = server.api()
        bob = asking.post("/login", json={"username": "bob", "password": "nine-quiet-harbours"})
        assert bob.json() == {"username": "bob", "role": "admin"}
        eve = asking.post("/login", json={"username": "eve", "password": "listening-quietly"})
        assert eve.status_code == 401
        grace = asking.post("/login", json={"username": "grace", "password": "first-actual-bug"})
        assert grace.json() == {"username": "grace", "role": "admin"}


def test_old_entries_of_the_log_are_pruned_and_it_says_how_many(database, tmp_path):
    url = database.empty()
    app(url, "migrate")
    app(url, "seed")
    entries = int(counts(url).splitlines()[-1].split()[1])
    execute(url, "UPDATE person SET seen_event = (SELECT max(id) FROM event)")
    execute(url, "UPDATE event SET at = {}", datetime.now(UTC) - timedelta(days=401))
    for age in ("402d", "58w", "9700h"):
        assert (done := app(url, "prune", "--older-than", age)).returncode == 0, done.stderr
        assert done.stdout == "entries removed: 0\n"
    execute(url, "UPDATE person SET seen_event = 0 WHERE username = 'bob'")
    done = app(url, "prune", "--older-than", "400d")
    removed, unread = (int(line.rsplit(" ", 1)[1]) for line in done.stdout.splitlines())
    assert removed > 0
    assert removed + unread == entries - 1
    assert "unread by somebody" in done.stdout
    assert int(counts(url).splitlines()[-1].split()[1]) == unread + 1
    with Server(url, log=tmp_path / "server.log") as server:
        for name, page in (("ada", "/admin/activity"), ("ada", "/notifications"), ("bob", "/")):
            assert server.client(name).get(page).status_code == 200


KNOWN = """
import asyncio
from datetime import timedelta
from app import operations
from app.live.event import kinds
async def prune():
    await operations.prune(timedelta(days=1))
    print(sorted(kinds()))
operations.with_database(prune)
"""


@pytest.mark.once
def test_pruning_knows_every_kind_of_event_that_the_desk_knows(database):
    """One of which it had not heard would seem to be unread by nobody, and go."""
    url = database.fresh()
    assert run_app(url, "-c", KNOWN).stdout == run_app(url, "-c", f"import app.main\n{KNOWN}").stdout


@pytest.mark.once
@pytest.mark.parametrize("age", ["400", "d", "0d", "-1d", "1.5d", "400 d", "1y", "400D", "10000d", "", "٤d"])
def test_an_age_that_makes_no_sense_is_one_line_and_exit_1(database, age):
    assert "--older-than" in error_of(app(database.fresh(), "prune", f"--older-than={age}"))


def test_a_database_that_was_never_migrated_is_one_line_and_exit_1(database):
    url = database.empty()
    assert "migrate" in error_of(create(url, "mia"))
    assert "migrate" in error_of(app(url, "serve"))


def test_a_database_of_an_older_version_is_not_served_but_one_of_a_newer_is(database, tmp_path):
    url = database.fresh()
    execute(url, "INSERT INTO migration (name, app_name, ran_on) VALUES ('9999', 'desk', CURRENT_TIMESTAMP)")
    with Server(url, log=tmp_path / "server.log") as server:
        assert server.is_well()
    execute(url, "DELETE FROM migration WHERE name IN (SELECT max(name) FROM migration WHERE name < '9999')")
    assert "not up to date; run `python -m app migrate` first" in error_of(app(url, "serve"))


@pytest.mark.once
def test_where_it_cannot_listen_it_says_so_in_one_line(database):
    url = database.fresh()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = error_of(app(url, "serve", "--port", str(taken.getsockname()[1])))
        assert "cannot listen on 127.0.0.1" in line
        assert "in use" in line
    assert "cannot listen on 192.0.2.1" in error_of(app(url, "serve", "--host", "192.0.2.1"))
    for port in ("65536", "-1", "http"):
        refused = app(url, "serve", f"--port={port}")
        assert refused.returncode == 2
        assert "must be a whole number from 0 to 65535" in refused.stderr


@pytest.mark.once
def test_a_desk_in_production_is_not_seeded_as_its_passwords_are_published(database, monkeypatch):
    url = database.empty()
    app(url, "migrate")
    monkeypatch.setenv("DESK_ENV", "production")
    monkeypatch.setenv("DESK_HOSTS", "desk.example")
    assert "passwords are published" in error_of(app(url, "seed"))
    assert counts(url).splitlines()[0].startswith("person 0")
    assert create(url, "hopper", "admin").returncode == 0  # as docs/running.md says


@pytest.mark.once
def test_help_names_the_settings_their_defaults_and_examples(database):
    done = app(database.empty(), "--help")
    assert done.returncode == 0
    for name, variable in VARIABLES.items():
        assert f"  {name}={variable.default}\n" in done.stdout
    assert "DESK_QUOTA_<NAME>_PERSON" in done.stdout
    assert "python -m app create-person ada --role admin" in done.stdout
    assert {*re.findall(r"^\| `(D[A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)} == {*VARIABLES}
    serving = app(database.empty(), "serve", "--help").stdout
    assert "(default: 127.0.0.1)" in serving
    assert "(default: 8000)" in serving
    assert "python -m app serve --workers 4" in serving


@pytest.mark.once
def test_the_first_steps_of_the_documents_are_commands_that_there_are():
    text = (ROOT / "docs/running.md").read_text()
    typed = {*re.findall(r"python -m app ([a-z][a-z-]+)", text)}
    assert {"migrate", "seed", "serve", "create-person", "prune"} <= typed
    assert typed <= {*re.findall(r"^    ([a-z-]+)", app("sqlite:///x.db", "--help").stdout, re.MULTILINE)}


def test_a_database_that_cannot_be_reached_is_one_line_and_exit_1(database, tmp_path):
    if isinstance(database, PostgresDatabases):
        nowhere = ["postgresql://desk@127.0.0.1:1/desk", database.cluster.url("no_such_database")]
    else:
        nowhere = [f"sqlite:///{tmp_path}/no/such/folder/desk.db", f"sqlite:///{tmp_path}"]
    for url in nowhere:
        for command in ("migrate", "serve"):
            assert "database" in error_of(app(url, command))


@pytest.mark.once
def test_a_setting_that_makes_no_sense_stops_every_command_in_one_line(database, monkeypatch):
    monkeypatch.setenv("DESK_ENV", "prod")
    for command in ("serve", "seed"):
        assert "DESK_ENV must be one of development, production" in error_of(app(database.fresh(), command))
    monkeypatch.delenv("DESK_ENV")
    assert "DATABASE_URL" in error_of(app("mysql://desk@localhost/desk", "serve"))


@pytest.mark.once
def test_serving_stops_on_sigterm_without_a_word_of_trouble(server):
    server.client("bob").get("/")
    started = time.monotonic()
    assert server.stop() in STOPPED
    assert time.monotonic() - started < 10
    assert '"level": "error"' not in server.log.read_text()


def test_serving_can_migrate_first(database, tmp_path):
    url = database.empty()
    from tests.databases import free_port

    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--migrate", "--port", str(port)], cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        for line in process.stdout:
            if f":{port}" in line:
                break
        assert create(url, "mia").returncode == 0
    finally:
        process.terminate()
        assert process.wait(15) in STOPPED


@pytest.mark.once
def test_matrix_prints_the_page_of_the_documentation(database):
    printed = app(database.fresh(), "matrix")
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == (ROOT / "docs/matrix.md").read_text()
