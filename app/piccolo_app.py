"""The one Piccolo app: every table of the desk, and where its migrations lie."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from app.domains import tables
from app.live.log import LogEntry

APP_CONFIG = AppConfig(
    app_name="desk",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[*tables(), LogEntry],
)
