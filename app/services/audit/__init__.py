"""Audit: the log, its export with a signature, and the recorder of face decisions."""
