"""People: list, change, import, re-enrol, migrate templates, expire, exchange bundles."""
