"""How many files this process may hold open, which bounds its connections: each is one."""

from __future__ import annotations

import logging
import sys

RESERVED = 192
"""For all but connections: the database, the log, static files that are being sent, and those about to be refused."""
MOST_BY_DEFAULT = 20_000
"""Connections, which take some 500 MiB if they are sockets of different people (docs/scaling.md)."""
MOST_FILES = 1_048_576
"""More are not asked for: some programs walk through all that could be open."""
FEW = 1_000
"""Connections below which the start warns."""

logger = logging.getLogger(__name__)


def raise_open_files(setting: int) -> None:
    """Raises the process's own limit to what the system grants, and says what follows for its connections.

    `setting`: DESK_CONNECTIONS.
    """
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        best = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
        if soft != resource.RLIM_INFINITY and soft < best:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (best, hard))
            except (
                ValueError,
                OSError,
            ) as error:  # as on macOS, where the hard limit may be more than the kernel's own
                logger.warning("the limit of open files (nofile) stays at %d: %s", soft, error)
    files, most = open_files(), most_connections(setting)
    logger.info("%d files may be open (nofile), so each process takes %d connections", files, most)
    if most < setting:
        logger.warning("DESK_CONNECTIONS=%d is more than the open files allow: %d (raise nofile)", setting, most)
    elif most < FEW and not setting:
        logger.warning("that is few: raise the hard limit of open files (nofile), as by LimitNOFILE= or --ulimit")


def most_connections(setting: int) -> int:
    """Of one process; `setting` 0: as many as is sensible."""
    return max(1, min(setting or MOST_BY_DEFAULT, open_files() - RESERVED))


def open_files() -> int:
    if sys.platform == "win32":
        return MOST_FILES
    import resource

    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_FILES if soft == resource.RLIM_INFINITY else soft
