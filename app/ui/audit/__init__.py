"""The audit page: events, filters, details and export."""
