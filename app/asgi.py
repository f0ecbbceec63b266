"""What an ASGI server loads: `uvicorn app.asgi:app`, or better `python -m app serve`, which knows the settings."""

from app.main import create_app
from app.settings import settings
from app.web import logs

logs.set_up(settings().log_level)

app = create_app(settings())
