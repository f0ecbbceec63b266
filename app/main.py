"""create_app(): where the parts are put together."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware

from app import scheduler
from app.db.engine import engine
from app.db.errors import UNAVAILABLE
from app.domains import controllers, pages
from app.events import possible_rooms
from app.frame import frame
from app.i18n.catalogue import load_all
from app.limits import LARGEST_BODY
from app.live.connection import RESTART
from app.live.ended import ended
from app.live.garbage import settle_garbage
from app.live.gate import Gate
from app.live.hub import Hub
from app.live.loop_lag import watch_loop
from app.live.page_locale import reload
from app.live.relay import Relay
from app.live.socket import AT_ONCE, live
from app.live.turns import FairSemaphore
from app.live.usage import Usage
from app.live.views import Views
from app.live.waiting import serve_waiting
from app.live.wakeup import watcher
from app.notifications.done import words_of_done
from app.people.session_middleware import SessionMiddleware
from app.people.tables import Session
from app.quotas.guard import within_quota
from app.quotas.tables import Quota
from app.robots.checks import Checks
from app.robots.keys import keys_of
from app.robots.last_seen import tell_pages
from app.rooms import granted
from app.settings import Settings
from app.supervisor import Supervisor
from app.templating import compile_templates
from app.web.addresses import client_address, network_of
from app.web.cross_origin import OwnHostsOnly, SameOriginOnly
from app.web.edge import BoundedQuery
from app.web.error_handlers import handle_error
from app.web.forwarded import Forwarded
from app.web.head import with_head
from app.web.health import DatabaseHealth, healthz
from app.web.locale import locale_of
from app.web.metrics import Metrics
from app.web.options import Options
from app.web.request_rate import RequestRates
from app.web.security_headers import add_security_headers
from app.web.static_files import static_file, static_files

logger = logging.getLogger(__name__)

CONTROLLERS, PAGES = controllers(), pages()
"""Found when this is imported: from then on every event of the desk has been declared."""


def create_app(settings: Settings) -> Litestar:
    load_all()
    compile_templates()
    static_files()
    hub = Hub()
    relay = Relay(hub, possible_rooms)
    supervisor = Supervisor()
    gate = Gate(Usage())
    checks = Checks()

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
        supervisor.start("robots seen", checks.last_seen.write_all_along)
        supervisor.start("robots shown", tell_pages(relay.refresh))
        supervisor.start("loop-lag", watch_loop)
        supervisor.start("garbage", lambda: settle_garbage(hub))
        try:
            yield
        finally:
            hub.close_all(RESTART)
            await supervisor.stop()
            try:
                await checks.last_seen.write()
            except UNAVAILABLE as error:
                logger.warning("when robots were seen last is lost for some seconds: %s", error)
            await engine().close_connection_pool()

    return Litestar(
        route_handlers=with_head(*CONTROLLERS, healthz, Metrics, live, ended, reload, static_file),
        guards=[within_quota],
        middleware=[
            Forwarded(settings.trusted_proxies), OwnHostsOnly(), Options(), BoundedQuery(),
            SameOriginOnly(), DefineMiddleware(SessionMiddleware),
        ],
        before_send=[add_security_headers],
        exception_handlers={Exception: handle_error},
        lifespan=[lifespan],
        state=State(
            {"settings": settings, "hub": hub, "relay": relay, "supervisor": supervisor, "views": Views(PAGES, frame),
             "granted": granted, "locale_of": locale_of, "words_of_done": words_of_done,
             "choices_of": Session.choices_of,
             "network_of": lambda socket: network_of(client_address(socket)), "gate": gate,
             "limiter": FairSemaphore(AT_ONCE, gate.usage),
             "signing_keys": keys_of(settings), "checks": checks,
             "check_rates": RequestRates(settings.quota_table["check"]) if settings.quotas else None,
             "database_health": DatabaseHealth(Quota.try_writing)}
        ),
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
    )  # fmt: skip
