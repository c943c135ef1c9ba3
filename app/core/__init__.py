"""Value types, errors, settings, clock, paths and logging, which every other package may import."""
