"""Decrypting many records gives the same results as decrypting them one by one."""

import pytest

from app.store.crypto.aead import DecryptionError
from app.store.crypto.vault import Vault
from app.store.database.sqlite import Database


@pytest.fixture
def vault(database: Database) -> Vault:
    return database.vault


def sealed(vault: Vault, count: int) -> list[tuple[bytes, str]]:
    return [
        (vault.encrypt(b"%d" % number, "table", f"ä{number}", "x"), f"table\0ä{number}\0x") for number in range(count)
    ]


def test_many_records_are_opened_at_once(vault: Vault) -> None:
    assert vault.decrypt_many(sealed(vault, 3)) == [b"0", b"1", b"2"]
    assert vault.decrypt_many([]) == []


def test_the_first_that_is_broken_is_named(vault: Vault) -> None:
    records = sealed(vault, 4)
    (one, its_place), (other, other_place) = records[1], records[2]
    swapped = [records[0], (other, its_place), (one, other_place), records[3]]
    changed = [records[0], (one[:-1] + bytes([one[-1] ^ 1]), its_place), *records[2:]]
    foreign = [records[0], (b"\xff\xff\xff\xfe" + one[4:], its_place), *records[2:]]
    text: list[tuple[bytes, str]] = [records[0], ("a text", its_place), *records[2:]]  # type: ignore[list-item]
    for spoilt in (swapped, changed, foreign, text):
        with pytest.raises(DecryptionError) as raised:
            vault.decrypt_many(spoilt)
        assert raised.value.where == "table, ä1"
