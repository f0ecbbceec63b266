"""What is compared: how each is installed, started, signed in to, watched and acted upon."""

from __future__ import annotations

from bench.targets.base import Target
from bench.targets.codedesk import Codedesk
from bench.targets.django import Django
from bench.targets.express import Express
from bench.targets.limit import Floor, Limit
from bench.targets.variants import (
    CodedeskBase,
    CodedeskPostgres,
    CodedeskPostgresBase,
    CodedeskPostgresTwo,
    CodedeskTwo,
)

_ALL = (Codedesk, Express, Django, Limit, Floor, CodedeskBase)
_OF_CODEDESK_ONLY = (CodedeskTwo, CodedeskPostgres, CodedeskPostgresTwo, CodedeskPostgresBase)

TARGETS: dict[str, type[Target]] = {target.name: target for target in (*_ALL, *_OF_CODEDESK_ONLY)}
"""By name, in the order of the report."""
