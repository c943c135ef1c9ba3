"""Keys for tests."""

import hashlib


class ConstantKeys:
    """The same keys each time; made from the purpose alone, so that nobody may use them outside of tests."""

    def derive(self, purpose: str) -> bytes:
        return hashlib.sha256(purpose.encode()).digest()
