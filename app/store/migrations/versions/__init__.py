"""One file a step, forwards only: a database of a newer program is refused, not taken back."""
