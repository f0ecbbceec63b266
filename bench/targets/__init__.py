"""What is compared: how each is installed, started, signed in to, watched and acted upon."""

from __future__ import annotations

from bench.targets.base import Target
from bench.targets.codedesk import Codedesk
from bench.targets.django import Django
from bench.targets.express import Express
from bench.targets.limit import Floor, Limit
from bench.targets.variants import CodedeskPostgres, CodedeskPostgresTwo, CodedeskTwo

TARGETS: dict[str, type[Target]] = {
    target.name: target
    for target in (Codedesk, Express, Django, Limit, Floor, CodedeskTwo, CodedeskPostgres, CodedeskPostgresTwo)
}
"""By name, in the order of the report."""
