"""Translated texts: values and errors, rejection reasons, liveness, and one module per page."""
