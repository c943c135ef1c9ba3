"""What strictness does to the people enrolled, and where to set it."""
