"""Key sources: what they store, who can read it, and their error messages."""

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.store.crypto.keys.key_file import KeyFileSource
from app.store.crypto.keys.os_keyring import KeyringSource
from app.store.crypto.keys.passphrase import PassphraseSource, passphrase_file, passphrase_in_file
from app.store.crypto.keys.source import KEY_BYTES, KeySourceKind, NoKeyError, Parameters
from app.store.crypto.keys.sources import machine_key_sources
from tests.fakes.keyrings import FakeKeyring

STORE_ID = "ab" * 16


@pytest.fixture
def files(tmp_path: Path) -> KeyFileSource:
    return KeyFileSource(tmp_path / "keys")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_file_is_for_its_owner_only(files: KeyFileSource) -> None:
    mask = os.umask(0)
    try:
        key, parameters = files.create(STORE_ID)
    finally:
        os.umask(mask)
    path = files.path_of(parameters)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert len(key) == KEY_BYTES
    assert files.fetch(parameters) == key


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o620, 0o601])
def test_a_key_file_of_which_others_have_anything_is_refused(files: KeyFileSource, rights: int) -> None:
    _, parameters = files.create(STORE_ID)
    path = files.path_of(parameters)
    path.chmod(rights)
    with pytest.raises(NoKeyError, match=r"can be read by others.*chmod 600") as refused:
        files.fetch(parameters)
    assert str(path) in str(refused.value)


def test_a_key_file_of_another_user_is_refused(files: KeyFileSource, monkeypatch: pytest.MonkeyPatch) -> None:
    _, parameters = files.create(STORE_ID)
    owner = files.path_of(parameters).stat()
    real = os.fstat

    def of_another(handle: int) -> os.stat_result:
        values = list(real(handle))
        values[stat.ST_UID] = owner.st_uid + 4242
        return os.stat_result(values)

    monkeypatch.setattr("app.store.crypto.keys.key_file.os.fstat", of_another)
    with pytest.raises(NoKeyError, match="belongs to another user"):
        files.fetch(parameters)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"facelatch key file 1\n",
        b"facelatch key file 1\nnot base64!\n",
        b"facelatch key file 1\nc2hvcnQ=\n",
        b"facelatch key file 2\n" + b"A" * 43 + b"=\n",
        b"\xff\xfe\x00",
        b"one\ntwo\nthree\n",
    ],
)
def test_an_invalid_key_file_is_reported(files: KeyFileSource, text: bytes) -> None:
    _, parameters = files.create(STORE_ID)
    files.path_of(parameters).write_bytes(text)
    with pytest.raises(NoKeyError, match="is not a key file"):
        files.fetch(parameters)


def test_a_missing_or_unwritable_key_file_is_reported(files: KeyFileSource, tmp_path: Path) -> None:
    _, parameters = files.create(STORE_ID)
    files.forget(parameters)
    assert not files.path_of(parameters).exists()
    files.forget(parameters)
    with pytest.raises(NoKeyError, match="cannot be read: No such file"):
        files.fetch(parameters)
    (tmp_path / "in the way").touch()
    with pytest.raises(NoKeyError, match="cannot be written"):
        KeyFileSource(tmp_path / "in the way").create(STORE_ID)


def test_a_key_file_that_cannot_be_removed_is_named(files: KeyFileSource) -> None:
    parameters: Parameters = {"name": "directory.key"}
    files.path_of(parameters).mkdir(parents=True)
    with pytest.raises(NoKeyError, match="cannot be removed"):
        files.forget(parameters)


def test_no_name_leads_out_of_the_directory(files: KeyFileSource, tmp_path: Path) -> None:
    assert files.path_of({"name": "../../etc/shadow"}) == tmp_path / "keys" / "shadow"


def test_the_keyring_keeps_and_forgets(backend: FakeKeyring) -> None:
    source = KeyringSource()
    assert source.is_usable()
    key, parameters = source.create(STORE_ID)
    assert len(key) == KEY_BYTES
    assert source.fetch(parameters) == key
    source.forget(parameters)
    assert backend.kept == {}
    source.forget(parameters)
    with pytest.raises(NoKeyError, match="no key for this database"):
        source.fetch(parameters)


@pytest.mark.parametrize("text", ["not base64!", "schlüssel"])
def test_an_invalid_keyring_entry_is_reported(backend: FakeKeyring, text: str) -> None:
    _, parameters = KeyringSource().create(STORE_ID)
    backend.kept = dict.fromkeys(backend.kept, text)
    with pytest.raises(NoKeyError, match="is not a key"):
        KeyringSource().fetch(parameters)


@pytest.mark.parametrize(
    "asking",
    [
        lambda source: source.create(STORE_ID),
        lambda source: source.fetch({"name": "any"}),
    ],
)
def test_a_keyring_that_does_not_respond_times_out(
    backend: FakeKeyring, asking: Callable[[KeyringSource], object]
) -> None:
    backend.answers.clear()
    start = time.monotonic()
    with pytest.raises(NoKeyError, match="does not respond"):
        asking(KeyringSource(timeout_s=0.1))
    assert time.monotonic() - start < 2


def test_a_locked_keyring_is_reported_without_its_message(backend: FakeKeyring) -> None:
    backend.is_locked = True
    with pytest.raises(NoKeyError, match=r"does not respond \(KeyringLocked\)") as refused:
        KeyringSource().fetch({"name": "any"})
    assert "hunter2" not in str(refused.value)


def test_a_keyring_that_loses_what_it_is_given_is_not_trusted(backend: FakeKeyring) -> None:
    backend.loses = True
    with pytest.raises(NoKeyError, match="no key for this database"):
        KeyringSource().create(STORE_ID)


def test_a_keyring_of_plain_files_is_not_used(backend: FakeKeyring) -> None:
    backend.priority = 0.5
    assert not KeyringSource().is_usable()


def test_without_a_screen_the_key_goes_into_a_file(backend: FakeKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine_key_sources().best().kind is KeySourceKind.KEYRING
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    backend.answers.clear()
    monkeypatch.setattr("sys.platform", "linux")
    assert machine_key_sources().best().kind is KeySourceKind.KEY_FILE


def unlock_with_passphrase(passphrase: str | None) -> PassphraseSource:
    return PassphraseSource(lambda: passphrase, lambda: passphrase is not None)


def test_the_same_passphrase_gives_the_same_key() -> None:
    key, parameters = unlock_with_passphrase("correct horse").create(STORE_ID)
    assert len(key) == KEY_BYTES
    assert unlock_with_passphrase("correct horse").fetch(parameters) == key
    assert unlock_with_passphrase("correct hose").fetch(parameters) != key
    assert "correct" not in str(parameters)


@pytest.mark.parametrize("passphrase", [None, ""])
def test_no_passphrase_is_no_key(passphrase: str | None) -> None:
    with pytest.raises(NoKeyError, match="no passphrase was given"):
        unlock_with_passphrase(passphrase).create(STORE_ID)


@pytest.mark.parametrize(
    "wrong", [{"salt": "!"}, {"salt": ""}, {"passes": "many"}, {"passes": 0}, {"memory_kib": 1}, {"lanes": 0}]
)
def test_invalid_passphrase_parameters_are_reported(wrong: dict[str, str | int]) -> None:
    parameters: dict[str, str | int] = {"salt": "c2l4dGVlbiBieXRlcyEh", "passes": 1, "memory_kib": 64, "lanes": 1}
    with pytest.raises(NoKeyError, match="are invalid"):
        unlock_with_passphrase("correct horse").fetch(parameters | wrong)
    with pytest.raises(NoKeyError, match="are invalid"):
        unlock_with_passphrase("correct horse").fetch({})


def test_the_passphrase_stands_in_a_file_or_a_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert passphrase_file() is None
    assert passphrase_in_file() is None
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert passphrase_file() is None
    (tmp_path / "facelatch-passphrase").write_text("from systemd \r\n")
    assert passphrase_in_file() == "from systemd "
    named = tmp_path / "named"
    named.write_text("from a file\n")
    monkeypatch.setenv("FACELATCH_PASSPHRASE_FILE", str(named))
    assert passphrase_in_file() == "from a file"


def test_a_passphrase_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "named"
    monkeypatch.setenv("FACELATCH_PASSPHRASE_FILE", str(named))
    with pytest.raises(NoKeyError, match="named cannot be read"):
        passphrase_in_file()
    named.write_bytes(b"\xff\xfe secret")
    with pytest.raises(NoKeyError, match="named cannot be read") as refused:
        passphrase_in_file()
    assert "secret" not in str(refused.value)
