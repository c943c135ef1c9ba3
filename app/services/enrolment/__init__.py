"""Enrolment: consent, plans, sample collection, look-alike check, storage."""
