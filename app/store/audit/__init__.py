"""Audit log: hash chain, sealed head, verification, pruning and export signature."""
