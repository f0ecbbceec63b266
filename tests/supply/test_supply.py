"""What the desk is made of: nothing comes in unpinned or unchecked, and the list of it is true."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.databases import ROOT
from tests.supply import sbom
from tests.supply.lock import LOCK, SECTIONS, pinned, sections

LOCKED = sections(LOCK.read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_every_release_is_pinned_with_hashes_and_nothing_names_an_address():
    assert list(LOCKED) == list(SECTIONS)
    for lines in pinned(LOCK.read_text()).values():
        assert re.match(r"[A-Za-z0-9._-]+==[0-9][^ ]*( ; .+)? \\\n", lines), lines
        assert re.fullmatch(r"( +--hash=sha256:[0-9a-f]{64}( \\)?\n)+", lines.partition("\n")[2]), lines
    assert "://" not in LOCK.read_text()
    assert "index" not in LOCK.read_text()


@pytest.mark.parametrize("section", SECTIONS)
def test_what_the_project_asks_for_is_pinned_in_its_section_or_one_before(section):
    asked = PROJECT["dependencies"] if section == "run" else PROJECT["optional-dependencies"][section]
    here = list(SECTIONS)[: list(SECTIONS).index(section) + 1]
    known = {canonicalize_name(name): lines for each in here for name, lines in LOCKED[each].items()}
    for requirement in map(Requirement, asked):
        lines = known[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(re.split(r"==|\s", lines)[1]), requirement


def test_what_runs_here_is_what_is_pinned():
    for name, lines in LOCKED["run"].items():
        if "win32" not in lines:
            assert version(name) == re.split(r"==|\s", lines)[1]


@pytest.mark.parametrize("target", [".venv/run", ".venv/test", ".venv/check", ".venv/supply"])
def test_every_set_up_checks_hashes_and_resolves_nothing(target):
    dry = subprocess.run(
        ["make", "--dry-run", "--always-make", target], cwd=ROOT, text=True, capture_output=True, check=True
    ).stdout.replace("\\\n", "")
    [install] = [line for line in dry.splitlines() if "pip install" in line]
    assert "--require-hashes --no-deps --requirement .venv/wanted.txt" in re.sub(r"\s+", " ", install)


def test_a_set_up_takes_the_file_down_to_its_heading():
    for name, later in zip(SECTIONS, list(SECTIONS)[1:], strict=False):
        wanted = subprocess.run(["sed", "-n", f"/^# {later}:/q;p", LOCK], text=True, capture_output=True, check=True)
        assert list(sections(wanted.stdout)) == list(SECTIONS)[: list(SECTIONS).index(name) + 1]


def test_the_bill_of_materials_holds_all_that_is_shipped_each_with_version_licence_and_hash():
    bill = sbom.sbom()
    parts = {part["bom-ref"]: part for part in bill["components"]}
    shipped = {
        canonicalize_name(name) for name, lines in LOCKED["run"].items() if "win32'" not in lines.partition("!")[0]
    }
    vendored = {f"vendor/{file.name}" for file in (ROOT / "static/vendor").glob("*.js")}
    assert set(parts) == shipped | vendored
    for part in parts.values():
        assert part["version"]
        assert part["purl"].endswith(f"@{part['version']}")
        assert part["licenses"] != [{"license": {"name": "not stated"}}], part
        assert part["hashes"]
    reached, new = set(), {"codedesk"}
    needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    while new:
        reached |= new
        new = {each for ref in new for each in needs.get(ref, [])} - reached
    assert reached == set(parts) | {"codedesk"}, "it says of each part why it is there"
    assert sbom.sbom() == bill


def test_a_vendored_script_that_somebody_changed_is_not_listed_as_if_it_were_the_published_one(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "static/vendor", tmp_path / "vendor")
    monkeypatch.setattr(sbom, "VENDOR", tmp_path / "vendor")
    sbom.sbom()
    with (tmp_path / "vendor/htmx-4.0.1.min.js").open("a") as script:
        script.write(";")
    with pytest.raises(ValueError, match=r"htmx-4\.0\.1\.min\.js is not the file"):
        sbom.sbom()


def test_an_audit_that_reaches_nobody_says_so_in_one_line_and_is_no_all_clear():
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), "http://127.0.0.1:1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.supply.audit", "--timeout", "2"], cwd=ROOT, env=os.environ | nowhere, text=True,
        capture_output=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert "needs the network" in line
