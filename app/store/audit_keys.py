"""Where the keys of the audit trail come from."""

from typing import Protocol


class Keys(Protocol):
    """Gives keys that are independent of one another: whoever learns one learns nothing of the others. A vault does."""

    def derive(self, purpose: str) -> bytes:
        """The key for that purpose, of 32 bytes; the same each time."""
        ...
