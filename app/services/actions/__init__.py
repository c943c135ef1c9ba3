"""Running the actions of a kiosk's policy: queues, outbox delivery, reports."""
