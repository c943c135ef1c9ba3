"""Where the keys of the audit trail come from."""

from typing import Protocol


class KeyDeriver(Protocol):
    """Gives keys that are independent of one another: whoever learns one learns nothing of the others. A vault does."""

    def derive(self, purpose: str) -> bytes:
        """The key for that purpose, of 32 bytes; the same each time."""
        ...


KEY_LABEL = "audit export 1"


class Signer:
    """Ed25519 (RFC 8032) with a key of its own, made from the secret that all keys come from.

    Args:
        keys: Where the key comes from.
    """

    def __init__(self, keys: KeyDeriver) -> None:
        self._keys = keys

    @property
    def public_key(self) -> bytes:
        """Of 32 bytes: for whoever is to check signatures. The same for as long as the secret is.

        Raises:
            StoreError: The secret cannot be read.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._keys.derive(KEY_LABEL)).public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """A signature, of 64 bytes.

        Raises:
            StoreError: The secret cannot be read.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._keys.derive(KEY_LABEL)).sign(data)


def is_signed(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether somebody signed exactly this. False for a key or a signature that is none."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
