"""What `--help` says beside the commands: how a desk is begun, and the settings with their defaults."""

from __future__ import annotations

import textwrap

from app.environment import VARIABLES
from app.limits import QUOTAS

WIDTH = 100
EXAMPLES = """\
examples:
  a demonstration, on http://127.0.0.1:8000:
    python -m app migrate
    python -m app seed
    python -m app serve

  in production, behind a proxy that ends TLS, with the first admin:
    export DATABASE_URL=postgresql://desk@localhost/desk DESK_ENV=production
    export DESK_ORIGINS=https://desk.example DESK_TRUSTED_PROXIES=127.0.0.1
    python -m app migrate
    python -m app create-person ada --role admin --email ada@desk.example --password-stdin
    python -m app serve --workers 4
"""
SERVING = """\
examples:
  python -m app serve                                 for this machine only
  python -m app serve --host 0.0.0.0 --port 80        for everybody who reaches this machine
  python -m app serve --workers 4 --migrate           four processes (PostgreSQL), the database brought up to date first

What serve bounds, and what a proxy in front should add: docs/running.md. The settings: python -m app --help.
"""


def settings_help() -> str:
    """Each on lines of its own, from the environment."""
    lines = ["settings, from the environment; one that makes no sense stops the start:"]
    for name, variable in VARIABLES.items():
        lines.append(f"  {name}={variable.default}")
        lines += textwrap.wrap(variable.meaning, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    lines.append("  DESK_QUOTA_<NAME>_PERSON, DESK_QUOTA_<NAME>_ADDRESS")
    quotas = (
        "how often somebody, or an address, may do a thing: 40/60,1000/86400 (times/seconds), or none. "
        f"NAME is one of {', '.join(name.upper() for name in QUOTAS)}; the defaults stand in app/limits.py"
    )
    lines += textwrap.wrap(quotas, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return "\n".join(lines)
