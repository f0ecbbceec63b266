"""What an ASGI server loads: `uvicorn app.asgi:app`, or better `python -m app serve`, which knows the settings."""

import logging

from app.main import create_app
from app.settings import settings

logging.basicConfig(level=settings().log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

app = create_app(settings())
