"""Secrets that people type, of which only the argon2id hash is kept (RFC 9106)."""

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$MTIzNDU2Nzg5MDEyMzQ1Ng$VpYYhWHCEuXWhw9h1bQMuDJYhD7bXjdBGNs1LBDmIH0"
"""Compared with where nothing is kept, so that the time taken does not tell."""


class SecretHasher:
    """With the library's defaults: those that RFC 9106 recommends for little memory (64 MiB, three passes)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def hash(self, secret: str) -> str:
        """What is to be kept; different each time."""
        return self._hasher.hash(secret)

    def matches(self, hashed: str | None, secret: str) -> bool:
        """Whether this is the secret. Takes as long where there is none."""
        try:
            return self._hasher.verify(hashed or _NOBODYS, secret) and hashed is not None
        except VerifyMismatchError:
            return False
