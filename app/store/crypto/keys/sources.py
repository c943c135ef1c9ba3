"""The key sources of this machine, in order of preference."""

from collections.abc import Iterator

from app.core import paths
from app.store.crypto.keys.key_file import KeyFileSource
from app.store.crypto.keys.os_keyring import KeyringSource
from app.store.crypto.keys.passphrase import PassphraseProvider, PassphraseSource, passphrase_file
from app.store.crypto.keys.source import KeySource, KeySourceKind, NoKeyError


class KeySources:
    """Key sources in order of preference.

    Args:
        each: The most preferred first.
        passphrases: Gives the passphrase source its passphrase; receives one that was typed.
    """

    def __init__(self, *each: KeySource, passphrases: PassphraseProvider | None = None) -> None:
        self._each = each
        self.passphrases = passphrases or PassphraseProvider()

    def __iter__(self) -> Iterator[KeySource]:
        return iter(self._each)

    def of(self, kind: KeySourceKind) -> KeySource:
        """Return the source of one kind.

        Raises:
            NoKeyError: There is none.
        """
        for source in self._each:
            if source.kind is kind:
                return source
        raise NoKeyError(f"there is no {kind} here")

    def best(self) -> KeySource:
        """Return the most preferred source that can hold a new key.

        Raises:
            NoKeyError: There is none.
        """
        for source in self._each:
            if source.is_usable():
                return source
        raise NoKeyError("no key source is available")


def machine_key_sources(passphrases: PassphraseProvider | None = None) -> KeySources:
    """Return the sources of this machine: keyring, passphrase, key file.

    Args:
        passphrases: Gives the passphrase; by default reads it from a file only.

    Returns:
        The sources, the most preferred first.
    """
    known = passphrases or PassphraseProvider()
    return KeySources(
        KeyringSource(),
        PassphraseSource(known.read, lambda: passphrase_file() is not None),
        KeyFileSource(paths.keys_dir()),
        passphrases=known,
    )
