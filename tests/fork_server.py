"""Starts `python -m app …` in a sixth of the time: forks a process that has imported the libraries already, and the
desk's own modules, and has read its templates, catalogues and static files.

These read no environment when they are imported, but by prometheus_client, which several workers ask for a folder of
theirs; for them, and for copies of the desk, a process is forked that knows the libraries only. Each gets its own
environment, folder and log, and runs the module as `python -m` would. The tests start servers by the hundred, and most
of each start was the import of the same modules.

What forks the desk is one process for all workers of a run: they are told where it listens (`share`).
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

LIBRARIES = (
    "anyio._backends._asyncio", "argon2", "asyncpg", "babel.dates", "babel.messages.pofile", "babel.numbers",
    "babel.support", "encodings.idna", "httptools", "jinja2", "litestar", "litestar._kwargs.kwargs_model",
    "litestar.contrib.jinja", "litestar.exceptions.responses", "litestar.middleware",
    "litestar.middleware._internal.exceptions", "litestar.middleware.allowed_hosts", "litestar.middleware.csrf",
    "litestar.middleware.response_cache", "litestar.plugins.pydantic", "litestar.static_files", "litestar.testing",
    "msgspec", "piccolo.apps.migrations.auto.migration_manager", "piccolo.apps.migrations.commands.forwards",
    "piccolo.columns", "piccolo.conf.apps", "piccolo.engine.postgres", "piccolo.engine.sqlite", "piccolo.table",
    "uvicorn.lifespan.on", "uvicorn.loops.uvloop", "uvicorn.main", "uvicorn.protocols.http.httptools_impl",
    "uvicorn.protocols.websockets.websockets_sansio_impl", "uvloop", "websockets.sync.client",
)  # fmt: skip
"""Not prometheus_client: it looks into the environment as it is imported."""
DESK = (
    "app.cli", "app.live.protocol", "app.main", "app.migrate", "app.piccolo_app", "app.web.fair_share", "app.web.logs",
    "app.web.protocol",
)  # fmt: skip
ROOT = Path(__file__).parent.parent
SHARED = "CODEDESK_TESTS_FORK_SERVER"
_shared_at = os.environ.pop(SHARED, "")
"""The socket of the one that all workers of a run share. Nobody else finds it, such as a copy of the desk."""


def share(where: Path) -> None:
    """By whoever starts the workers, before the first fork: they will find it there."""
    global _shared_at
    os.environ[SHARED] = _shared_at = str(where)


class Forked:
    """A process that the fork server started; as far as the tests need it, a `subprocess.Popen`."""

    def __init__(self, pid: int, server: _ForkServer) -> None:
        self.pid = pid
        self._server = server
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code, a signal as its negative number; None while it runs."""
        if self._code is None:
            self._code = self._server.ask(poll=self.pid)
        return self._code

    def wait(self, timeout: float = 60) -> int:
        """Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("app", timeout)
            time.sleep(0.02)
        return code

    def send_signal(self, how: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, how)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(argv: list[str], *, cwd: Path, env: dict[str, str], log: Path) -> Forked:
    """`python argv…`, which begins with `-m` or `-c`; what it writes is added to the log."""
    return _forked(argv, cwd, env, [os.devnull, str(log), str(log)])


def run(
    argv: list[str],
    *,
    cwd: Path,
    env: dict[str, str],
    stdin: str = "",
    timeout: float = 60,
    behind: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """The same, waited for. Raises subprocess.TimeoutExpired, and then it has been killed. `behind`: a command that
    runs another, as `setpriv` does; what it takes from that is taken from all that it starts."""
    with tempfile.TemporaryDirectory(prefix="codedesk-run-") as folder:
        streams = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
        streams[0].write_text(stdin)
        process = _forked(argv, cwd, env, [str(stream) for stream in streams], behind)
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        return subprocess.CompletedProcess(argv, code, *(stream.read_text() for stream in streams[1:]))


class _ForkServer:
    """Started when it is asked for the first time."""

    def __init__(self, modules: tuple[str, ...], behind: tuple[str, ...] = (), listening: str = "") -> None:
        self._modules = modules
        self._behind = behind
        self._listening = listening
        """Where it is, or shall be, found by other processes."""
        self._channel: Any = None
        self._asking = threading.Lock()

    def ask(self, **request: Any) -> Any:
        with self._asking:
            if self._channel is None:
                self._start()
            self._channel.write(json.dumps(request) + "\n")
            self._channel.flush()
            return json.loads(self._channel.readline())

    def _start(self) -> None:
        if os.path.exists(self._listening):
            ours = socket.socket(socket.AF_UNIX)
            ours.connect(self._listening)
            self._channel = ours.makefile("rw")
            return
        ours, theirs = socket.socketpair()
        server = subprocess.Popen(
            [*self._behind, sys.executable, "-m", "tests.fork_server", str(theirs.fileno()), self._listening,
             *self._modules],
            cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        self._channel = ours.makefile("rw")
        atexit.register(_end, server, ours)


def _end(server: subprocess.Popen[bytes], ours: socket.socket) -> None:
    ours.shutdown(socket.SHUT_RDWR)
    server.wait(10)


_server = cache(_ForkServer)
_looking = threading.Lock()


def _forked(
    argv: list[str], cwd: Path, env: dict[str, str], streams: list[str], behind: tuple[str, ...] = ()
) -> Forked:
    with _looking:
        if cwd != ROOT or "--workers" in argv:
            server = _server(LIBRARIES, behind)
        else:
            server = _server((*LIBRARIES, *DESK), behind, "" if behind else _shared_at)
    return Forked(server.ask(argv=argv, cwd=str(cwd), env=env, streams=streams), server)


def main(channel: int, listening: str, modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    if set(DESK) <= set(modules):
        _read_files()
    gc.collect()
    gc.freeze()
    with selectors.DefaultSelector() as asking, socket.socket(fileno=channel) as first:
        asking.register(first, selectors.EVENT_READ, first.makefile("rw"))
        if listening:
            door = socket.socket(socket.AF_UNIX)
            door.bind(listening)
            door.listen()
            asking.register(door, selectors.EVENT_READ)
        while True:
            for key, _ in asking.select():
                if key.data is None:
                    other, _ = key.fileobj.accept()  # type: ignore[union-attr]
                    asking.register(other, selectors.EVENT_READ, other.makefile("rw"))
                elif line := key.data.readline():
                    request = json.loads(line)
                    answer = _poll(request["poll"]) if "poll" in request else _fork(**request)
                    key.data.write(json.dumps(answer) + "\n")
                    key.data.flush()
                elif key.fileobj is first:
                    return
                else:
                    asking.unregister(key.fileobj)
                    key.data.close()


def _read_files() -> None:
    """What a desk reads from its own tree before it serves, whatever its settings: it keeps it, and so do its forks."""
    from app.i18n.catalogue import load_all
    from app.templating import compile_templates
    from app.web.static_files import static_files

    load_all()
    compile_templates()
    static_files()


def _poll(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _fork(argv: list[str], cwd: str, env: dict[str, str], streams: list[str]) -> int:
    if pid := os.fork():
        return pid
    os.closerange(3, 256)  # what others ask by
    for number, path in enumerate(streams):
        stream = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    how, what, *rest = argv
    sys.argv = [what if how == "-m" else how, *rest]
    if how == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
    sys.exit()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
