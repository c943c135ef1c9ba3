"""The composition root: the only place that chooses concrete parts and puts them together."""

from app.store.database.failures import explaining_database
from app.wiring.application import Application

__all__ = ["Application", "explaining_database"]
