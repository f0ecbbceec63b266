"""`make lock`: constraints.txt anew, with the hashes of all files of every release that it names.

Its sections build upon each other, so that a set-up installs the file down to a heading, with no resolver. uv resolves
for all platforms and every Python from 3.11 on; what differs between them stands in the lines as markers.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.databases import ROOT

LOCK = ROOT / "constraints.txt"
HEAD = "# Exact versions of all that is installed, with the hashes of their files: what was tested is what runs.\n"
SECTIONS = {
    "run": "what the desk runs on",
    "test": "what its tests need besides",
    "check": "what its checks need besides",
    "supply": "what renews and audits this file",
}
"""Each is an extra of pyproject.toml, the first all that it has without one."""


def pinned(text: str) -> dict[str, str]:
    """The lines of each release, by its name as in the first of them."""
    parts = re.split(r"(?m)^(?=[A-Za-z0-9])", re.sub(r"(?m)^#.*\n|^\n", "", text))
    return {re.split(r"==|\s", part)[0]: part for part in parts if part}


def sections(text: str) -> dict[str, dict[str, str]]:
    """Of constraints.txt."""
    parts = re.split(r"(?m)^# (\w+): .*\n", text)[1:]
    return {name: pinned(part) for name, part in zip(parts[::2], parts[1::2], strict=True)}


def main(upgrade: bool) -> None:
    with TemporaryDirectory() as folder:
        everything = Path(folder, "everything.txt")
        everything.write_text(LOCK.read_text())
        compiled(everything, "--all-extras", *(["--upgrade"] if upgrade else []))
        text, known, extras = HEAD, set[str](), list[str]()
        for name, what in SECTIONS.items():
            extras += [] if name == "run" else ["--extra", name]
            releases = pinned(compiled(Path(folder, f"{name}.txt"), "--constraint", str(everything), *extras))
            text += f"\n# {name}: {what}\n" + "".join(lines for each, lines in releases.items() if each not in known)
            known |= set(releases)
    LOCK.write_text(text)


def compiled(output: Path, *options: str) -> str:
    command = [
        f"{Path(sys.executable).parent}/uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    plain = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    subprocess.run([*command, *plain, *options, "--output-file", str(output), "pyproject.toml"], cwd=ROOT, check=True)
    return output.read_text()


if __name__ == "__main__":
    main("--upgrade" in sys.argv)
