"""What an ASGI server loads: `uvicorn app.asgi:app --no-proxy-headers`, or better `python -m app serve`, which knows
the settings. (uvicorn by itself believes what loopback says of others; here DESK_TRUSTED_PROXIES decides.)"""

from ipaddress import ip_network

from app.main import create_app
from app.people.session_middleware import cookie_name
from app.quotas.guard import tell_of_requests
from app.settings import settings
from app.web import logs
from app.web.fair_share import FairShare
from app.web.request_rate import RequestRates

logs.set_up(settings().log_level)

desk = create_app(settings())
trusted = [ip_network(proxy) for proxy in settings().trusted_proxies]

app = FairShare(
    logs.RequestLines(desk, trusted),
    desk.state.gate,
    RequestRates(settings().quota_table["request"]) if settings().quotas else None,
    cookie_name(),
    trusted,
    tell_of_requests,
)
