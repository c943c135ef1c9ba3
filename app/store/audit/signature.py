"""Signatures of audit exports, by which others can detect changes."""

from typing import Protocol

KEY_LABEL = "audit export 1"


class KeyDeriver(Protocol):
    """Derives independent keys, such as a Vault."""

    def derive(self, purpose: str) -> bytes:
        """Return the key for a purpose: 32 bytes, always the same."""
        ...


class Signer:
    """Ed25519 (RFC 8032) with a key derived for exports.

    Args:
        keys: Derives the key.
    """

    def __init__(self, keys: KeyDeriver) -> None:
        self._keys = keys

    @property
    def public_key(self) -> bytes:
        """The public key, 32 bytes, for those who verify signatures. It changes only with the master key.

        Raises:
            StoreError: The key cannot be derived.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._keys.derive(KEY_LABEL)).public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """Return the signature of data, 64 bytes.

        Raises:
            StoreError: The key cannot be derived.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._keys.derive(KEY_LABEL)).sign(data)


def is_signed(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Return whether a signature is valid; False for a malformed key or signature.

    Args:
        public_key: 32 bytes.
        signature: 64 bytes.
        data: What was signed.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
