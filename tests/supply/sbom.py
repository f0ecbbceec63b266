"""`make sbom`: what the application ships, as CycloneDX 1.6 JSON on standard output; the same input, the same bytes.

A program of its own: the tool for it, cyclonedx-bom, brings 30 packages into the chain that it shall watch, and knows
neither the vendored scripts nor the hashes of constraints.txt.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import uuid
from importlib.metadata import distribution
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.databases import ROOT
from tests.supply.lock import LOCK, sections

VENDOR = ROOT / "static/vendor"
EXTRAS = ("", "email", "postgres", "sqlite")
"""Those that are asked for: by the desk of Piccolo, and by Piccolo of Pydantic."""


def sbom() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    root = {
        "type": "application", "bom-ref": "codedesk", "name": project["name"], "version": project["version"],
        "licenses": [{"license": {"id": project["license"]}}],
    }  # fmt: skip
    packages = dict(_package(lines) for lines in sections(LOCK.read_text())["run"].values() if _is_for_here(lines))
    vendored = dict(map(_vendored, VENDOR.glob("*.js")))
    direct = [_ref(Requirement(each).name) for each in project["dependencies"] if _holds(Requirement(each))]
    components = sorted([*packages.values(), *vendored.values()], key=lambda component: component["bom-ref"])
    graph = {"codedesk": [*direct, *vendored]} | {ref: _needs(ref, set(packages)) for ref in packages}
    content = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": root},
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(needs))} for ref, needs in sorted(graph.items())],
    }  # fmt: skip
    return content | {"serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content))}"}


def _package(lines: str) -> tuple[str, dict[str, Any]]:
    """Its hashes are those of all files of the release: which of them is installed differs from host to host."""
    name, version = re.split(r"==|\s", lines)[:2]
    metadata = distribution(name).metadata
    licence = metadata["License-Expression"] or _licence_named(metadata)
    return _ref(name), {
        "type": "library", "bom-ref": _ref(name), "name": name, "version": version,
        "purl": f"pkg:pypi/{canonicalize_name(name)}@{version}",
        "licenses": [{"expression": licence}] if metadata["License-Expression"] else [{"license": {"name": licence}}],
        "hashes": [{"alg": "SHA-256", "content": each} for each in re.findall(r"sha256:([0-9a-f]{64})", lines)],
    }  # fmt: skip


def _licence_named(metadata: Any) -> str:
    classified = [each.rpartition(" :: ")[2] for each in metadata.get_all("Classifier", []) if "License ::" in each]
    return " and ".join(classified) or (metadata["License"] or "not stated").splitlines()[0]


def _vendored(file: Any) -> tuple[str, dict[str, Any]]:
    """Raises ValueError for a file that is not as static/vendor/README.md has it."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    row = next((line for line in (VENDOR / "README.md").read_text().splitlines() if f"`{file.name}`" in line), "")
    if digest not in row:
        raise ValueError(f"{file.name} is not the file that static/vendor/README.md names")
    name, version = re.fullmatch(r"([a-z-]+)-([0-9.]+)\.min\.js", file.name).groups()  # type: ignore[union-attr]
    return f"vendor/{file.name}", {
        "type": "library", "bom-ref": f"vendor/{file.name}", "name": name, "version": version,
        "purl": f"pkg:npm/htmx.org@{version}", "licenses": [{"license": {"id": row.split("|")[3].strip()}}],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }  # fmt: skip


def _needs(ref: str, known: set[str]) -> list[str]:
    asked = [Requirement(each) for each in distribution(ref).requires or []]
    return [each for requirement in asked if _holds(requirement) and (each := _ref(requirement.name)) in known]


def _holds(requirement: Requirement) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in EXTRAS)


def _is_for_here(lines: str) -> bool:
    return _holds(Requirement(lines.split("\\")[0].strip()))


def _ref(name: str) -> str:
    return str(canonicalize_name(name))


if __name__ == "__main__":
    print(json.dumps(sbom(), indent=2, ensure_ascii=False))
