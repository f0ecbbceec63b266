"""create_app(): where the parts are put together."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.static_files import create_static_files_router

from app import scheduler
from app.db.engine import engine
from app.domains import controllers, pages
from app.events import possible_rooms
from app.frame import frame
from app.i18n.catalogue import load_all
from app.limits import LARGEST_BODY
from app.live.ended import ended
from app.live.garbage import settle_garbage
from app.live.hub import RESTART, Hub
from app.live.loop_lag import watch_loop
from app.live.reading import reload
from app.live.relay import Relay
from app.live.socket import AT_ONCE, live
from app.live.turns import Turns
from app.live.views import Views
from app.live.waiting import serve_waiting
from app.live.wakeup import watcher
from app.people.session_middleware import SessionMiddleware
from app.people.tables import Session
from app.quotas.guard import within_quota
from app.quotas.tables import Quota
from app.rooms import granted
from app.settings import Settings
from app.supervisor import Supervisor
from app.templating import STATIC, compile_templates
from app.web.cross_origin import OwnHostsOnly, SameOriginOnly
from app.web.edge import BoundedQuery
from app.web.error_handlers import handle_error
from app.web.forwarded import Forwarded
from app.web.health import DatabaseHealth, healthz
from app.web.locale import locale_of
from app.web.logs import RequestLines
from app.web.metrics import Metrics
from app.web.options import Options
from app.web.security_headers import add_security_headers
from app.web.static_files import cached_for_ever, known_file

logger = logging.getLogger(__name__)

CONTROLLERS, PAGES = controllers(), pages()
"""Found when this is imported: from then on every event of the desk has been declared."""


def create_app(settings: Settings) -> Litestar:
    load_all()
    compile_templates()
    hub = Hub()
    relay = Relay(hub, possible_rooms)
    supervisor = Supervisor()

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        if not settings.quotas:
            logger.warning("DESK_QUOTAS=off: nobody's actions are counted; right for measurements and bulk work only")
        await engine().start_connection_pool()
        await relay.load_position()
        supervisor.start("relay", relay.run)
        supervisor.start("waiting pages", serve_waiting(relay))
        supervisor.start("wake-up", watcher(engine(), relay.wake))
        supervisor.start("clock", lambda: scheduler.run_scheduler(settings))
        supervisor.start("sessions", lambda: scheduler.keep_sessions(hub.sessions))
        supervisor.start("loop-lag", watch_loop)
        supervisor.start("garbage", lambda: settle_garbage(hub))
        try:
            yield
        finally:
            hub.close_all(RESTART)
            await supervisor.stop()
            await engine().close_connection_pool()

    return Litestar(
        route_handlers=[
            *CONTROLLERS, healthz, Metrics, live, ended, reload,
            create_static_files_router(
                "/static", [STATIC], include_in_schema=False, opt={"exclude_from_auth": True},
                guards=[known_file], cache_control=None, after_request=cached_for_ever,
            ),
        ],
        guards=[within_quota],
        middleware=[
            Forwarded(settings.trusted_proxies), RequestLines(), OwnHostsOnly(), Options(), BoundedQuery(),
            SameOriginOnly(), DefineMiddleware(SessionMiddleware),
        ],
        before_send=[add_security_headers],
        exception_handlers={Exception: handle_error},
        lifespan=[lifespan],
        state=State(
            {"settings": settings, "hub": hub, "relay": relay, "supervisor": supervisor, "views": Views(PAGES, frame),
             "granted": granted, "locale_of": locale_of,
             "choices_of": Session.choices_of, "limiter": Turns(AT_ONCE),
             "database_health": DatabaseHealth(Quota.try_writing)}
        ),
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
    )  # fmt: skip
