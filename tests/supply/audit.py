"""`make audit`: whether what constraints.txt pins has known vulnerabilities. Exit 0: none; 1: some; 2: not known."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.supply.lock import LOCK

COMMAND = ["-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]


def main(*options: str) -> int:
    done = subprocess.run(
        [sys.executable, *COMMAND, *options, "--requirement", str(LOCK)], text=True, capture_output=True
    )  # fmt: skip
    try:
        releases = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        lines = done.stderr.strip().splitlines()
        return unknown(lines[-1] if lines else f"pip-audit ended with {done.returncode}")
    # pip-audit calls it a success when the service knows none of the releases.
    if skipped := [release for release in releases if "skip_reason" in release]:
        return unknown(f"{len(skipped)} of {len(releases)} releases: {skipped[0]['skip_reason']}")
    vulnerable = [(release, each) for release in releases for each in release["vulns"]]
    for release, each in vulnerable:
        print(
            f"{release['name']} {release['version']}: {each['id']}, mended in {each['fix_versions'] or 'nothing yet'}"
        )
    print(f"{len(vulnerable)} known vulnerabilities in {len(releases)} releases")
    return 1 if vulnerable else 0


def unknown(why: str) -> int:
    print(
        f"Nothing is known: make audit needs the network, to reach the advisory service ({why:.200})", file=sys.stderr
    )
    return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
