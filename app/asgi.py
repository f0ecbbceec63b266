"""What an ASGI server loads: `uvicorn app.asgi:app --no-proxy-headers`, or better `python -m app serve`, which knows
the settings. (uvicorn by itself believes what loopback says of others; here DESK_TRUSTED_PROXIES decides.)"""

from app.main import create_app
from app.settings import settings
from app.web import logs

logs.set_up(settings().log_level)

app = create_app(settings())
