"""/metrics, in Prometheus's format. Several workers count in files of one folder; any of them adds them up."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from litestar import Request
from litestar.plugins.prometheus import PrometheusController
from litestar.types import BeforeRequestHookHandler

from app.web.guards import from_this_host


def forget_dead_workers(_: Request[Any, Any, Any]) -> None:
    """What a dead worker held (its open sockets) is gone; what it has counted stays, as a sum must never fall."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        for file in Path(folder).glob("gauge_live*_*.db"):
            if not _is_alive(int(file.stem.rpartition("_")[2])):
                file.unlink(missing_ok=True)  # another worker may be asked at the same moment


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class Metrics(PrometheusController):
    """For a scraper on the same host; to the outside there is nothing here."""

    guards = [from_this_host]
    before_request: BeforeRequestHookHandler | None = forget_dead_workers
    include_in_schema = False
    opt = {"exclude_from_auth": True, "any_host": True}
