"""Where Piccolo finds the database and the tables."""

from piccolo.conf.apps import AppRegistry

from app.db import engine_for
from app.settings import settings

DB = engine_for(settings().database_url)

APP_REGISTRY = AppRegistry(apps=["app.piccolo_app"])
