"""Fleet: the PostgreSQL server, what a kiosk asks of it, and the kiosk's replica."""
