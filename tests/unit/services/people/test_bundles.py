"""Export and import of people between installations."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.bundles import BundleOutcome, NameConflictRule
from app.core.errors import (
    BundleDamaged,
    BundleError,
    BundleForeign,
    BundleTooNew,
    ExportFailed,
    ImportUnreadable,
    InvalidChange,
    InvalidPassword,
    WrongPassphrase,
)
from app.core.faces import Embedding, Pose, Vector
from app.core.people import Consent
from app.core.settings.model import Settings
from app.services.people.bundles import BundleService
from app.store.bundles.bundle_file import CHUNK_BYTES, BundleWriter
from app.store.people.vectors import NewTemplate
from app.wiring import Application
from tests.fakes.camera import ManualClock

SECRET = "correct horse"


def unit(seed: int) -> Vector:
    vector = np.random.default_rng(seed).standard_normal(192)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def template(here: Application, seed: int, *, foreign: bool = False, thumbnail: bytes | None = None) -> NewTemplate:
    row = here.models.embedder_row
    model, space = ("another", "cd" * 32) if foreign else (row.name, row.space)
    return NewTemplate(Embedding(unit(seed), model), space, 0.75, f"{seed}.jpg", Pose(1.0, 2.0, 3.0), thumbnail)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def here(tmp_path: Path, clock: ManualClock) -> Iterator[Application]:
    with Application(tmp_path / "here" / "facelatch.sqlite3", Settings(), clock) as application:
        yield application


@pytest.fixture
def there(tmp_path: Path, clock: ManualClock) -> Iterator[Application]:
    with Application(tmp_path / "there" / "facelatch.sqlite3", Settings(), clock) as application:
        yield application


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / "people.flbundle"


def send(here: Application, bundle: Path, *, thumbnails: bool = True) -> int:
    return here.bundles.export(here.people.all(), bundle, SECRET, thumbnails=thumbnails)


def outcomes(
    there: Application, bundle: Path, rule: NameConflictRule = NameConflictRule.SKIP
) -> list[tuple[str, BundleOutcome]]:
    return [(one.name, one.outcome) for one in there.bundles.import_people(bundle, SECRET, rule).people]


def test_all_data_of_a_person_is_transferred(
    here: Application, there: Application, clock: ManualClock, bundle: Path
) -> None:
    now = clock.now()
    consent = Consent("text “é”", "3", "en", now)
    person = here.storage.people.add(
        "Ada 王",
        [template(here, 1, thumbnail=b"jpeg"), template(here, 2)],
        consent=consent,
        badge="1815",
        note="first\nsecond",
        valid_until=now + timedelta(days=3),
        groups=("Lab", "Night"),
    )
    retired = here.people.details(person.id).templates[0]
    here.people.retire(retired)
    before = here.people.details(person.id)
    thumbnail = here.people.thumbnail(retired)
    clock.advance(60)
    assert send(here, bundle) == 1
    assert b"Ada" not in bundle.read_bytes()
    assert bundle.stat().st_mode & 0o777 == 0o600
    assert outcomes(there, bundle) == [("Ada 王", BundleOutcome.ADDED)]
    after = there.people.details(person.id)
    assert after.person == before.person
    assert after.consents == before.consents
    for one, other in zip(after.templates, before.templates, strict=True):
        assert replace(one, embedding=other.embedding) == other
        np.testing.assert_allclose(one.embedding.vector, other.embedding.vector, atol=1e-6)
    assert there.people.thumbnail(retired) == thumbnail
    assert outcomes(there, bundle) == [("Ada 王", BundleOutcome.UNCHANGED)]
    kinds = [event.entry.kind for event in there.storage.audit_log.events(AuditQuery())]
    assert kinds == [AuditKind.PERSON_IMPORTED]


def test_thumbnails_can_be_left_out(here: Application, there: Application, bundle: Path) -> None:
    person = here.storage.people.add("Ada", [template(here, 1, thumbnail=b"jpeg")])
    send(here, bundle, thumbnails=False)
    outcomes(there, bundle)
    (arrived,) = there.people.details(person.id).templates
    assert not arrived.thumbnail


def test_the_newer_version_of_a_person_is_kept(
    here: Application, there: Application, clock: ManualClock, bundle: Path
) -> None:
    person = here.storage.people.add("Ada", [template(here, 1)])
    send(here, bundle)
    outcomes(there, bundle)
    clock.advance(60)
    here.storage.people.add_templates(person.id, [template(here, 2)])
    here.people.change(person, name="Grace", note="new")
    send(here, bundle)
    assert outcomes(there, bundle) == [("Grace", BundleOutcome.UPDATED)]
    arrived = there.people.find(person.id)
    assert (arrived.name, arrived.note, arrived.templates) == ("Grace", "new", 2)
    clock.advance(60)
    there.people.rename(arrived, "Ada again")
    assert outcomes(there, bundle) == [("Grace", BundleOutcome.UNCHANGED)]
    assert there.people.find(person.id).name == "Ada again"


@pytest.mark.parametrize(
    ("rule", "outcome", "names", "templates"),
    [
        (NameConflictRule.SKIP, BundleOutcome.NAME_TAKEN, ["ADA"], [1]),
        (NameConflictRule.RENAME, BundleOutcome.RENAMED, ["ADA", "Ada (2)"], [1, 1]),
        (NameConflictRule.MERGE, BundleOutcome.MERGED, ["ADA"], [2]),
    ],
)
def test_a_name_conflict_is_resolved_by_the_rule(
    here: Application,
    there: Application,
    bundle: Path,
    rule: NameConflictRule,
    outcome: BundleOutcome,
    names: list[str],
    templates: list[int],
) -> None:
    here.storage.people.add("Ada", [template(here, 1)])
    there.storage.people.add("ADA", [template(there, 2)])
    send(here, bundle)
    assert outcomes(there, bundle, rule) == [("Ada", outcome)]
    assert [person.name for person in there.people.all()] == names
    assert [person.templates for person in there.people.all()] == templates


def test_a_numbered_name_stays_the_same_on_later_imports(
    here: Application, there: Application, clock: ManualClock, bundle: Path
) -> None:
    ada = here.storage.people.add("Ada", [])
    there.storage.people.add("ADA", [])
    for note in ("old", "new"):
        clock.advance(60)
        here.people.change(ada, note=note)
        send(here, bundle)
        assert outcomes(there, bundle, NameConflictRule.RENAME) == [("Ada", BundleOutcome.RENAMED)]
        assert (there.people.find(ada.id).name, there.people.find(ada.id).note) == ("Ada (2)", note)


def test_a_dry_run_reports_the_outcomes_and_changes_nothing(
    here: Application, there: Application, bundle: Path
) -> None:
    here.storage.people.add("Ada", [template(here, 1)], badge="7")
    there.storage.people.add("Ben", [], badge="7")
    send(here, bundle)
    before = there.storage.templates.revision()
    report = there.bundles.import_people(bundle, SECRET, dry_run=True)
    assert report.counts[BundleOutcome.ADDED] == 1
    assert report.people[0].badge_taken
    assert [person.name for person in there.people.all()] == ["Ben"]
    assert (there.storage.templates.revision(), there.storage.audit_log.count(AuditQuery())) == (before, 1)
    assert there.audit.verify().broken is None
    assert outcomes(there, bundle) == [("Ada", BundleOutcome.ADDED)]
    assert there.people.find("Ada").badge is None


def test_a_person_is_imported_without_templates_of_another_model(
    here: Application, there: Application, bundle: Path
) -> None:
    here.storage.people.add("Ada", [template(here, 1, foreign=True)])
    here.storage.people.add("Ben", [template(here, 1, foreign=True), template(here, 2)])
    send(here, bundle)
    report = there.bundles.import_people(bundle, SECRET)
    assert [(one.name, one.templates, one.foreign) for one in report.people] == [("Ada", 0, 1), ("Ben", 1, 1)]
    assert report.needing_enrolment == 1
    assert [person.templates for person in there.people.all()] == [0, 1]


def test_people_erased_or_merged_here_are_not_imported(here: Application, there: Application, bundle: Path) -> None:
    for name in ("Ada", "Ben", "Carl"):
        here.storage.people.add(name, [])
    send(here, bundle)
    outcomes(there, bundle)
    there.people.erase(there.people.find("Ada"))
    there.people.merge(there.people.find("Ben"), there.people.find("Carl"))
    assert outcomes(there, bundle) == [
        ("Ada", BundleOutcome.ERASED_HERE),
        ("Ben", BundleOutcome.UNCHANGED),
        ("Carl", BundleOutcome.UNCHANGED),
    ]
    assert [person.name for person in there.people.all()] == ["Ben"]


def everything_pruned(application: Application) -> None:
    """Prune the whole audit log."""
    application.storage.audit_log.prune(datetime(2100, 1, 1, tzinfo=UTC), "test")
    left = application.storage.audit_log.events(AuditQuery())
    assert [event.entry.kind for event in left] == [AuditKind.AUDIT_PRUNED]


@pytest.mark.parametrize("forgets", [False, True])
def test_erased_people_are_not_imported_after_the_log_was_pruned(
    here: Application, there: Application, bundle: Path, forgets: bool
) -> None:
    here.storage.people.add("Ada", [template(here, 1)])
    send(here, bundle)
    outcomes(there, bundle)
    there.people.erase(there.people.find("Ada"))
    if forgets:
        everything_pruned(there)
    assert outcomes(there, bundle) == [("Ada", BundleOutcome.ERASED_HERE)]
    assert there.people.all() == []


@pytest.mark.parametrize("forgets", [False, True])
def test_a_person_merged_by_an_import_is_erased_with_the_receiver(
    here: Application, there: Application, bundle: Path, forgets: bool
) -> None:
    here.storage.people.add("Ada", [template(here, 1)])
    send(here, bundle)
    there.storage.people.add("Ada", [template(there, 2)])
    for _ in range(2):  # a newer version may be merged again
        assert outcomes(there, bundle, NameConflictRule.MERGE) == [("Ada", BundleOutcome.MERGED)]
    assert there.people.find("Ada").templates == 2
    there.people.erase(there.people.find("Ada"))
    if forgets:
        everything_pruned(there)
    for rule in NameConflictRule:
        assert outcomes(there, bundle, rule) == [("Ada", BundleOutcome.ERASED_HERE)]
    assert there.people.all() == []


def test_an_erased_person_who_consents_again_is_imported_with_a_new_id(
    here: Application, there: Application, bundle: Path
) -> None:
    here.storage.people.add("Ada", [template(here, 1)])
    send(here, bundle)
    outcomes(there, bundle)
    erased = there.people.find("Ada")
    there.people.erase(erased)
    for outcome in (BundleOutcome.ADDED, BundleOutcome.NAME_TAKEN):
        (ada,) = there.bundles.import_people(bundle, SECRET, reimport_erased=True).people
        assert ada.outcome is outcome
    back = there.people.find("Ada")
    assert (back.templates, back.id != erased.id) == (1, True)
    copy = there.store.back_up()
    there.people.erase_expired()  # erases from every backup, and no other person
    there.store.restore(copy)
    assert there.people.all() == [back]
    assert outcomes(there, bundle) == [("Ada", BundleOutcome.ERASED_HERE)]


@pytest.fixture
def sent(here: Application, bundle: Path) -> Path:
    """A bundle of several chunks."""
    for number in range(3):
        pictures = [template(here, number * 9 + seed, thumbnail=bytes(12_000)) for seed in range(4)]
        here.storage.people.add(f"Person {number}", pictures)
    send(here, bundle)
    assert bundle.stat().st_size > 2 * CHUNK_BYTES
    return bundle


def refused(there: Application, bundle: Path, secret: str = SECRET) -> type[BundleError]:
    with pytest.raises(BundleError) as raised:
        there.bundles.import_people(bundle, secret)
    assert there.people.all() == []
    assert str(bundle) in raised.value.message
    return type(raised.value)


def test_an_unusable_bundle_is_an_error_and_imports_no_person(sent: Path, there: Application) -> None:
    whole = sent.read_bytes()
    assert refused(there, sent, "wrong horse") is WrongPassphrase
    for cut in (9, 200, len(whole) // 2, len(whole) - 1):
        sent.write_bytes(whole[:cut])
        assert refused(there, sent) is BundleDamaged, cut
    last = whole.rindex(b"\x00\x01\x00\x10")  # the length of the last chunk: the file then ends between two chunks
    sent.write_bytes(whole[:last])
    assert refused(there, sent) is BundleDamaged
    for place in (20, 100, 400, len(whole) // 2, len(whole) - 5):
        sent.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused(there, sent) is BundleDamaged, place
    sent.write_bytes(whole + b"more")
    assert refused(there, sent) is BundleDamaged
    for other in (b"", b"PK\x03\x04 not a bundle", b"FLCH"):
        sent.write_bytes(other)
        assert refused(there, sent) is BundleForeign
    sent.write_bytes(whole)
    assert len(outcomes(there, sent)) == 3


def test_a_bundle_of_a_later_version_is_rejected(
    there: Application, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.bundles.bundle_file.VERSION", 2)
    with bundle.open("wb") as file:
        BundleWriter(file, SECRET, 0, "").finish()
    monkeypatch.undo()
    assert refused(there, bundle) is BundleTooNew


@pytest.mark.parametrize("line", [b"{}\n", b"nonsense\n", b'{"id": "x/y"}\n', b"[]\n", b"half a line"])
def test_invalid_records_of_other_programs_are_rejected(there: Application, bundle: Path, line: bytes) -> None:
    with bundle.open("wb") as file:
        writer = BundleWriter(file, SECRET, 1, "")
        writer.write(line)
        writer.finish()
    assert refused(there, bundle) is BundleDamaged


def test_one_invalid_person_makes_the_import_fail(here: Application, there: Application, bundle: Path) -> None:
    here.storage.people.add("Ada", [])
    ben = here.storage.people.add("Ben", [])
    with here.storage.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE people SET valid_from = '2026-01-02', valid_until = '2026-01-01' WHERE id = ?", (ben.id,)
        )
    send(here, bundle)
    with pytest.raises(InvalidChange):
        there.bundles.import_people(bundle, SECRET)
    assert there.people.all() == []


def test_a_short_passphrase_and_an_unwritable_path_are_errors(here: Application, tmp_path: Path) -> None:
    with pytest.raises(InvalidPassword):
        here.bundles.export([], tmp_path / "x", "short")
    with pytest.raises(ExportFailed):
        here.bundles.export([], tmp_path / "nowhere" / "x", SECRET)
    with pytest.raises(ImportUnreadable):
        here.bundles.import_people(tmp_path / "none", SECRET)
    with pytest.raises(ImportUnreadable):
        here.bundles.header(tmp_path / "none")
    assert [entry.name for entry in tmp_path.iterdir() if "x" in entry.name] == []


def test_the_header_is_readable_without_a_passphrase(sent: Path, here: Application) -> None:
    header = here.bundles.header(sent)
    assert (header.version, header.people) == (1, 3)


def test_progress_is_reported(here: Application, there: Application, bundle: Path) -> None:
    for name in ("Ada", "Ben"):
        here.storage.people.add(name, [])
    told: list[int] = []
    service: BundleService = here.bundles
    service.export(here.people.all(), bundle, SECRET, progress=told.append)
    there.bundles.import_people(bundle, SECRET, progress=told.append)
    assert told == [1, 2, 1, 2]
