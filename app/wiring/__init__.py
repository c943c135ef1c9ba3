"""Composition root: the only package that chooses concrete parts and composes them."""

from app.store.database.failures import explaining_database
from app.wiring.application import Application

__all__ = ["Application", "explaining_database"]
