"""People: repository, templates, negative templates, groups, consents, and gallery snapshots."""
