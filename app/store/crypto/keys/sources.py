"""The sources of keys that this machine has, in order of preference."""

from collections.abc import Iterator

from app.core import paths
from app.store.crypto.keys.key_file import KeyFileSource
from app.store.crypto.keys.os_keyring import KeyringSource
from app.store.crypto.keys.passphrase import PassphraseProvider, PassphraseSource, passphrase_file
from app.store.crypto.keys.source import KeySource, KeySourceKind, NoKeyError


class KeySources:
    """Where keys may come from.

    Args:
        each: The preferred first.
        passphrases: Where the passphrase of one of them comes from; told of one that was typed.
    """

    def __init__(self, *each: KeySource, passphrases: PassphraseProvider | None = None) -> None:
        self._each = each
        self.passphrases = passphrases or PassphraseProvider()

    def __iter__(self) -> Iterator[KeySource]:
        return iter(self._each)

    def of(self, kind: KeySourceKind) -> KeySource:
        """The source of one kind.

        Raises:
            NoKeyError: There is none.
        """
        for source in self._each:
            if source.kind is kind:
                return source
        raise NoKeyError(f"there is no {kind} here")

    def best(self) -> KeySource:
        """The most preferred in which a new key can be kept.

        Raises:
            NoKeyError: There is none.
        """
        for source in self._each:
            if source.is_usable():
                return source
        raise NoKeyError("there is nowhere to keep a key")


def machine_key_sources(passphrases: PassphraseProvider | None = None) -> KeySources:
    """The keyring, a passphrase, a key file.

    Args:
        passphrases: Where the passphrase comes from; by default from a file alone.
    """
    known = passphrases or PassphraseProvider()
    return KeySources(
        KeyringSource(),
        PassphraseSource(known.read, lambda: passphrase_file() is not None),
        KeyFileSource(paths.keys_dir()),
        passphrases=known,
    )
