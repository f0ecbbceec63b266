"""A database's file belongs to its owner alone."""

from __future__ import annotations

import logging
import os
import stat

logger = logging.getLogger(__name__)


def make_private(path: str) -> None:
    """People's data is its owner's alone (0600), whatever the umask. SQLite gives its -wal and -shm the same mode.
    Raises OSError when there is no such folder."""
    try:
        # Only ever a file that was not there: to close a database's file drops the locks that this process has on it.
        os.close(os.open(os.path.realpath(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return


def keep_private(path: str) -> None:
    """What others may do with files that are there is taken from them. Only of what has proven to be a database: a
    mistyped DATABASE_URL may name anything."""
    file = os.path.realpath(path)
    for each in (file, f"{file}-wal", f"{file}-shm"):
        _take_from_others(each)


def _take_from_others(file: str) -> None:
    try:
        mode = stat.S_IMODE(os.stat(file).st_mode)
        if not mode & 0o077:
            return
        os.chmod(file, mode & 0o700)
        logger.warning("%s could be used by others on this host, and is its owner's alone now", file)
    except FileNotFoundError:
        return  # -wal and -shm come and go
    except PermissionError:
        logger.warning("%s can be used by others on this host, and belongs to somebody else: please see to it", file)
