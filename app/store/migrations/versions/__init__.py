"""One file per revision, upgrades only: a database of a newer version is refused, not downgraded."""
