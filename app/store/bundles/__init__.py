"""Bundles: encrypted files that carry people between installations."""
