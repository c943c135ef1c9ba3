"""Concurrent processes, and processes that are killed, lack permissions, or run out of disk space."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import StoreFull
from app.store.database.sqlite import Database
from tests.fakes.process_kills import start_process
from tests.unit.store.builders import Repositories, contents, explains, template

ENROL = """
import sys
from pathlib import Path
from app.store.database.sqlite import Database
from tests.unit.store.builders import Repositories, SteppingClock, template

print("ready", flush=True)
sys.stdin.readline()
with Database.open(Path(sys.argv[1]), busy_timeout_ms=20_000) as database:
    Repositories(database).add(sys.argv[2], [template(1)])
"""

KILLED = """
import sys, time
from pathlib import Path
from app.store.database.sqlite import Database
from app.store.people.audited_transactions import AuditedTransactions
from app.store.people.queries import person_row
from tests.unit.store.builders import SteppingClock

database = Database.open(Path(sys.argv[1]))
with AuditedTransactions(database, SteppingClock(), "test").begin() as change:
    change.session.delete(person_row(change.session, sys.argv[2]))
    change.session.flush()
    print("ready", flush=True)
    time.sleep(60)
"""

WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
import alembic.command, alembic.script  # imported while this user may still read them
from app.core.errors import StoreError
from app.store.database.sqlite import Database

Database.open(Path(sys.argv[2])).close()
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Database.open(Path(sys.argv[1])).close()
except StoreError as error:
    print(type(error).__name__, error.message, sep="|")
"""


def repository(database: Database) -> Repositories:
    return Repositories(database)


def finish(process: "subprocess.Popen[str]", said: str | None = None) -> str:
    answer, _ = process.communicate(said, timeout=60)
    return answer


def test_four_programs_open_a_new_database_at_once(path: Path) -> None:
    processes = [start_process(ENROL, path, f"person {number}") for number in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        finish(process)
    assert [process.returncode for process in processes] == [0] * 4
    with Database.open(path) as database:
        assert [person.name for person in repository(database).all()] == [f"person {n}" for n in range(4)]
        assert repository(database).revision() == 4


def test_one_program_sees_what_another_enrols(database: Database, path: Path) -> None:
    people = repository(database)
    seen = people.revision()
    process = start_process(ENROL, path, "Ada")
    finish(process, "\n")
    assert process.returncode == 0
    assert people.revision() > seen
    assert people.find("ada").templates == 1


def test_a_program_killed_amid_a_change_has_changed_nothing(database: Database, path: Path) -> None:
    people = repository(database)
    ada = people.add("Ada", [template(1)])
    process = start_process(KILLED, path, ada.id)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGKILL)
    finish(process)
    assert people.all() == [ada]
    people.rename(ada.id, "Grace")
    database.close()
    with Database.open(path) as again:
        assert repository(again).find("Grace").templates == 1


@pytest.fixture
def public() -> Iterator[Path]:
    """A directory that every user may enter; pytest's own are for one user."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    directory.chmod(0o755)
    shutil.rmtree(directory)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
@pytest.mark.parametrize("case", ["file", "secret file", "directory", "new file"])
def test_a_user_without_permission_gets_an_error(public: Path, tmp_path: Path, case: str) -> None:
    path = public / "facelatch.sqlite3"
    if case != "new file":
        with Database.open(path) as database:
            repository(database).add("Ada", [])
        path.chmod({"file": 0o444, "secret file": 0o000, "directory": 0o666}[case])
    public.chmod(0o755 if case == "file" else 0o555)
    before = contents(public) if os.geteuid() == 0 or case != "secret file" else None
    process = start_process(WITHOUT_RIGHTS, path, tmp_path / "warm-up.sqlite3")
    kind, _, message = finish(process).strip().partition("|")
    assert kind == "StoreReadOnly"
    assert str(path) in message
    assert before is None or contents(public) == before


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 384 KiB; only root can have one."""
    directory = tmp_path / "mounted"
    directory.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("needs root")
    asked = [mount, "-t", "tmpfs", "-o", "size=384k", "tmpfs", str(directory)]
    if subprocess.run(asked, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield directory
    subprocess.run(["umount", str(directory)], check=True)


def test_a_disk_that_fills_up_is_reported_and_loses_no_data(mounted: Path) -> None:
    path = mounted / "facelatch.sqlite3"
    with Database.open(path) as database:
        ada = repository(database).add("Ada", [template(1, size=512)])
        with pytest.raises(StoreFull) as raised:
            repository(database).add("Ben", [template(seed, size=512) for seed in range(200)])
        assert explains(raised.value, path)
        assert repository(database).all() == [ada]
    with Database.open(path) as database:
        assert repository(database).all() == [ada]


def test_a_disk_that_is_full_already_is_named(mounted: Path) -> None:
    fill(mounted)
    with pytest.raises(StoreFull):
        Database.open(mounted / "facelatch.sqlite3")
    (mounted / "filler").unlink()
    Database.open(mounted / "facelatch.sqlite3").close()


def test_a_disk_without_room_for_the_log_is_named(mounted: Path) -> None:
    path = mounted / "facelatch.sqlite3"
    Database.open(path).close()
    fill(mounted)
    before = path.read_bytes()
    with pytest.raises(StoreFull):
        Database.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("exists", [True, False])
def test_a_disk_mounted_for_reading_only_is_named(mounted: Path, exists: bool) -> None:
    path = mounted / "facelatch.sqlite3"
    if exists:
        Database.open(path).close()
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    with pytest.raises(Exception, match=r"cannot be written: .*facelatch\.sqlite3"):
        Database.open(path)


def fill(directory: Path) -> None:
    with (directory / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\x00" * 4096)
        except OSError:
            return
