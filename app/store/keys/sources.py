"""The sources of keys that this machine has, in order of preference."""

from collections.abc import Callable, Iterator

from app.core import paths
from app.store.keys.key_file import KeyFileSource
from app.store.keys.os_keyring import KeyringSource
from app.store.keys.passphrase import PassphraseSource, passphrase_file, passphrase_in_file
from app.store.keys.source import KeySource, NoKeyError, SourceKind


class KeySources:
    """Where keys may come from.

    Args:
        each: The preferred first.
    """

    def __init__(self, *each: KeySource) -> None:
        self._each = each

    def __iter__(self) -> Iterator[KeySource]:
        return iter(self._each)

    def of(self, kind: SourceKind) -> KeySource:
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


def sources_of_this_machine(ask: Callable[[], str | None] | None = None) -> KeySources:
    """The keyring, a passphrase, a key file.

    Args:
        ask: Asks somebody for the passphrase where no file gives it; may return None.
    """

    def read() -> str | None:
        given = passphrase_in_file()
        return given if given is not None or ask is None else ask()

    return KeySources(
        KeyringSource(),
        PassphraseSource(read, lambda: passphrase_file() is not None),
        KeyFileSource(paths.keys_dir()),
    )
