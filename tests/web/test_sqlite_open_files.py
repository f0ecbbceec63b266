"""The limit of open files: raised at start, and what follows from it for the connections."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.databases import ROOT

PROGRAM = """
import logging, resource
from app.web.open_files import most_connections, raise_open_files
logging.basicConfig(level="INFO", format="%(levelname)s %(message)s")
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
raise_open_files({wanted})
print(*resource.getrlimit(resource.RLIMIT_NOFILE), most_connections({wanted}))
"""


def start(soft: int, hard: int, wanted: int) -> tuple[list[int], str]:
    """The limits and the connections that follow, and what was logged."""
    program = PROGRAM.format(soft=soft, hard=hard, wanted=wanted)
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return [int(word) for word in ran.stdout.split()], ran.stderr


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "most"),
    [(256, 4_000, 0, 3_808), (4_000, 4_000, 0, 3_808), (256, 4_000, 50, 50), (256, 500, 0, 308)],
)
def test_the_limit_is_raised_and_the_connections_stay_within_it(soft: int, hard: int, wanted: int, most: int) -> None:
    limits, log = start(soft, hard, wanted)
    assert limits == [hard, hard, most]
    assert f"INFO {hard} files may be open (nofile), so each process takes {most} connections" in log


def test_few_open_files_are_worth_a_warning(tmp_path: object) -> None:
    assert "WARNING that is few" in start(256, 1_000, 0)[1]
    assert "WARNING" not in start(256, 4_000, 0)[1]
    assert "WARNING DESK_CONNECTIONS=900 is more" in start(256, 1_000, 900)[1]
    assert "WARNING" not in start(256, 1_000, 50)[1], "few, but it is wanted so"
