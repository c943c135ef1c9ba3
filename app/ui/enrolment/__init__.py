"""Making a person known, beside the live picture."""
