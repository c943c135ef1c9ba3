"""Enrolment beside the live picture: consent, name, capture, lookalikes, summary."""
