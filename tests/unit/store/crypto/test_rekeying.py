"""Rekeying: all records decrypt afterwards without the old keys, and a kill loses nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.core.clock import SystemClock
from app.core.errors import InvalidRequest, KeyUnavailable
from app.core.paths import keys_dir
from app.store.backup.backups import BackupReason, Backups
from app.store.backup.integrity import check_database
from app.store.crypto.key_probe import recover
from app.store.crypto.keys.recovery_code import RecoverySource
from app.store.crypto.keys.source import KeySourceKind
from app.store.crypto.keys.sources import KeySources, machine_key_sources
from app.store.crypto.rekeying import replace_key_wrap, revoke_templates, rotate_data_key
from app.store.database.sqlite import Database
from tests.fakes.process_kills import assert_intact, kill_repeatedly
from tests.unit.store.builders import EPOCH, SIZE, Repositories, plain, template, unit

WORKING = """
import sys
from pathlib import Path
from app.core.clock import SystemClock
from app.store.database.sqlite import Database
from app.store.people.repository import PeopleRepository
from app.store.crypto.rekeying import revoke_templates, rotate_data_key
from tests.unit.store.builders import template
with Database.open(Path(sys.argv[1])) as database:
    people = PeopleRepository(database, SystemClock(), "test")
    for number in range(10_000):
        person = people.add(f"{sys.argv[2]} {number}", [template(number)])
        print(person.id, flush=True)
        for _ in rotate_data_key(database, SystemClock().now()):
            pass
        for _ in revoke_templates(database, SystemClock().now()):
            pass
"""


def finish(steps: Iterator[int]) -> int:
    return list(steps)[-1]


def numbers(path: Path, table: str) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [number for (number,) in connection.execute(f"SELECT number FROM {table} ORDER BY place")]


def test_a_rotation_reencrypts_everything_and_deletes_the_old_key(path: Path) -> None:
    with Database.open(path) as database, Database.open(path) as other:
        people, meanwhile = Repositories(database), Repositories(other)
        ada = people.add("Ada", [template(1)], badge="17", groups=("Staff",))
        (before,) = numbers(path, "data_keys")
        assert finish(rotate_data_key(database, EPOCH)) == 4
        (after,) = numbers(path, "data_keys")
        assert after != before
        assert meanwhile.all() == [ada]
        ben = meanwhile.add("Ben", [template(2)])
        assert people.all() == [ada, ben]
    assert check_database(path) == []


def test_a_rotation_that_was_broken_off_goes_on(path: Path) -> None:
    with Database.open(path) as database:
        people = Repositories(database)
        ada = people.add("Ada", [template(1)])
        steps = rotate_data_key(database, EPOCH)
        assert next(steps) == 1
        del steps
        assert len(numbers(path, "data_keys")) == 2
        assert people.all() == [ada]
        assert check_database(path) == []
        finish(rotate_data_key(database, EPOCH))
    assert len(numbers(path, "data_keys")) == 1
    assert check_database(path) == []


def test_a_revocation_rotates_all_templates_and_keeps_similarities(path: Path) -> None:
    with Database.open(path) as database:
        people = Repositories(database)
        people.add("Ada", [template(1), template(2)])
        before = people.gallery_arrays()
        (old,) = numbers(path, "rotations")
        finish(revoke_templates(database, EPOCH))
        (new,) = numbers(path, "rotations")
        after = people.gallery_arrays()
        assert new != old
        assert after.revision > before.revision
        np.testing.assert_allclose(sorted(plain(after).tolist()), sorted(plain(before).tolist()), atol=1e-6)
        assert not np.allclose(np.sort(after.vectors, axis=None), np.sort(before.vectors, axis=None), atol=0.01)
    assert check_database(path) == []


def test_what_is_half_turned_is_compared_alike(path: Path) -> None:
    with Database.open(path) as database:
        people = Repositories(database)
        people.add("Ada", [template(1)])
        people.add("Carl", [template(3)])
        steps = revoke_templates(database, EPOCH)
        next(steps)
        people.add("Ben", [template(2)])
        rows = people.gallery_arrays()
        probe = unit(2) @ rows.rotation.matrix(SIZE)
        np.testing.assert_allclose(rows.vectors @ probe, plain(rows) @ unit(2), atol=1e-6)
        assert set(steps) <= {2}  # Ben's template is looked at where its id sorts last, and needs nothing
    assert check_database(path) == []


def test_the_recovery_code_opens_a_database_whose_key_is_lost(path: Path) -> None:
    code = RecoverySource()
    with Database.open(path) as database:
        Repositories(database).add("Ada", [template(1)])
        replace_key_wrap(database, code, EPOCH)
    for file in keys_dir().iterdir():
        file.unlink()
    with pytest.raises(KeyUnavailable, match="does not belong"):
        recover(path, RecoverySource(), machine_key_sources(), EPOCH)
    typed = code.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert recover(path, RecoverySource(typed), machine_key_sources(), EPOCH) is KeySourceKind.KEY_FILE
    with Database.open(path) as database:
        assert [person.name for person in Repositories(database).all()] == ["Ada"]
    assert check_database(path) == []


def test_a_code_says_which_group_is_mistyped() -> None:
    code = RecoverySource().code
    assert code not in repr(RecoverySource(code))
    groups = code.split("-")
    assert [len(group) for group in groups] == [4] * 8
    wrong = "Z" if groups[2][3] != "Z" else "Y"
    groups[2] = groups[2][:3] + wrong
    with pytest.raises(InvalidRequest, match="Group 3"):
        RecoverySource("-".join(groups))
    with pytest.raises(InvalidRequest, match="8 groups"):
        RecoverySource(code[:-1])


def test_backups_open_with_the_new_source(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backups = Backups(tmp_path / "backups", SystemClock())
    file = tmp_path / "passphrase"
    file.write_text("correct horse\n")
    monkeypatch.setenv("FACELATCH_PASSPHRASE_FILE", str(file))
    with Database.open(path, keys=KeySources(machine_key_sources().of(KeySourceKind.KEY_FILE))) as database:
        Repositories(database).add("Ada", [template(1)])
        copy = backups.make(path, BackupReason.ASKED)
        finish(rotate_data_key(database, EPOCH))
        replace_key_wrap(database, machine_key_sources().of(KeySourceKind.PASSPHRASE), EPOCH)
        backups.sync_key_wraps(path)
    for key in keys_dir().iterdir():
        key.unlink()
    for each in (path, copy.path):
        assert check_database(each) == []
    file.write_text("wrong")
    with pytest.raises(KeyUnavailable, match="passphrase"):
        Database.open(path)


def kill_and_look(path: Path, times: int) -> None:
    """Kill a process that enrols, rotates and revokes: all enrolled people exist and all records decrypt."""
    told = set[str]()

    def look(said: str) -> None:
        told.update(line for line in said.splitlines() if len(line) == 32)
        assert_intact(path)
        with Database.open(path) as database:
            assert told <= {person.id for person in Repositories(database).all()}

    kill_repeatedly(WORKING, times, 0.5, lambda number: (path, f"P{number}"), look)


def test_killed_three_times_nothing_is_lost(path: Path) -> None:
    kill_and_look(path, 3)


@pytest.mark.soak
def test_killed_two_hundred_times_nothing_is_lost(path: Path) -> None:
    kill_and_look(path, 200)
