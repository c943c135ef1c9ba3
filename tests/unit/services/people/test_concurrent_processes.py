"""Many processes enrol and match in one database concurrently: nothing is locked, lost or damaged."""

from pathlib import Path

import pytest

from app.core.settings.model import Settings
from app.store.backup.integrity import check_database
from app.wiring import Application
from tests.fakes.process_kills import start_process

WORKING = """
import sys, time
from pathlib import Path
from app.core.settings.model import Settings
from app.core.faces import Embedding
from app.store.people.vectors import NewTemplate
from app.wiring import Application
from tests.unit.services.people.expected_people import unit

process, seconds, number = int(sys.argv[2]), float(sys.argv[3]), 0
with Application(Path(sys.argv[1]), Settings()) as application:
    row, storage = application.models.embedder_row, application.storage
    shared = application.people.find("Shared")
    application.gallery_cache.current()
    print("ready", flush=True)
    sys.stdin.readline()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        face, other = (Embedding(unit(process * 1_000_000 + 2 * number + more), row.name) for more in (0, 1))
        person = storage.people.add(f"P{process} {number}", [NewTemplate(face, row.space, 0.5, "")])
        storage.people.add_templates(shared.id, [NewTemplate(other, row.space, 0.5, "")])
        application.gallery_cache.refresh()
        gallery = application.gallery_cache.current()
        assert [gallery.search(probe, 1)[0].person.id for probe in (face, other)] == [person.id, shared.id]
        number += 1
print(number)
"""


def work_at_once(file: Path, processes: int, seconds: float) -> None:
    """Let all processes enrol, add templates to a shared person and match; count the stored records at the end."""
    with Application(file, Settings()) as application:
        application.storage.people.add("Shared", [])
    started = [start_process(WORKING, file, number, seconds) for number in range(processes)]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=seconds + 60)[0] for process in started]
    assert [process.returncode for process in started] == [0] * processes
    done = [int(each) for each in said]
    assert min(done) > 0
    with Application(file, Settings()) as application:
        names = {person.name for person in application.people.all()}
        assert names == {"Shared"} | {f"P{who} {number}" for who in range(processes) for number in range(done[who])}
        assert application.people.find("Shared").templates == sum(done)
        assert application.gallery_cache.current().templates == 2 * sum(done)
        assert application.audit.verify().broken is None
    assert check_database(file) == []


def test_three_processes_enrol_and_match_concurrently(tmp_path: Path) -> None:
    work_at_once(tmp_path / "facelatch.sqlite3", 3, 5)


@pytest.mark.soak
def test_ten_processes_enrol_and_match_concurrently_for_a_minute(tmp_path: Path) -> None:
    work_at_once(tmp_path / "facelatch.sqlite3", 10, 60)
