"""The one Piccolo app: every table of the desk, and where its migrations lie."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from app.accounts.tables import CustomerAccount
from app.calendar.tables import Day
from app.codes.tables import TradingCode
from app.extensions.tables import ExtensionRequest
from app.live.log import LogEntry
from app.people.tables import Person, Session, SignInFailure

APP_CONFIG = AppConfig(
    app_name="desk",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[Person, Session, SignInFailure, TradingCode, CustomerAccount, ExtensionRequest, LogEntry, Day],
)
