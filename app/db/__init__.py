"""The database: one engine for a URL, and transactions with hooks before and after their commit."""

from app.db.engine import engine_for
from app.db.row import Row
from app.db.transaction import Transaction, current_transaction, transaction

__all__ = ["Row", "Transaction", "current_transaction", "engine_for", "transaction"]
