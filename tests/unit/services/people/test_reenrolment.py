"""Re-enrolment and template migration after a change of model."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core.audit import AuditKind, AuditQuery
from app.core.bundles import NameConflictRule
from app.core.errors import ModelMissing
from app.core.faces import AlignedFace, Frame
from app.core.settings.model import Settings
from app.core.settings.sections import QualitySettings
from app.services.people.reenrolment import ModelChangeEstimate, ProgressFile
from app.store.people.vectors import NewTemplate
from app.vision.thumbnail import decode_thumbnail, encode_thumbnail
from app.wiring import Application

OLD, NEW = "mobilefacenet", "mobilefacenet_int8"
SECRET = "correct horse"
LIMITS = QualitySettings()


def opened(path: Path, model: str = NEW) -> Application:
    return Application(path, Settings().with_changes(recognition={"model": model}))


@pytest.fixture(scope="module")
def aligned(hopper: Path) -> AlignedFace:
    """An aligned face."""
    with Application(settings=Settings()) as application, application.models.vision.picture_analyzer() as analyzer:
        face = analyzer.analyze(Frame(1, read_picture(hopper), 0))[0].aligned
    assert face is not None
    return face


@pytest.fixture
def path(tmp_path: Path, aligned: AlignedFace) -> Path:
    """A database with Ada, with a thumbnail, and Ben, without; both have templates of the old model only."""
    path = tmp_path / "here" / "facelatch.sqlite3"
    with opened(path, OLD) as application:
        row = application.models.embedder_row
        embedding = application.models.vision.embedder().embed([aligned])[0]
        kept = NewTemplate(embedding, row.space, 0.8, "camera", None, encode_thumbnail(aligned))
        application.storage.people.add("Ada", [kept])
        application.storage.people.add("Ben", [replace(kept, thumbnail=None)])
        assert application.reenrolment.queue().people == ()
        assert application.reenrolment.estimate_model_change(NEW) == ModelChangeEstimate(2, 1)
        assert application.reenrolment.estimate_model_change(OLD) == ModelChangeEstimate(0, 0)
        with pytest.raises(ModelMissing):
            application.reenrolment.estimate_model_change("another")
    return path


@pytest.fixture
def application(path: Path) -> Iterator[Application]:
    with opened(path) as application:
        yield application


def left(application: Application) -> list[str]:
    return [person.name for person in application.reenrolment.queue().people]


def test_a_person_with_a_thumbnail_is_migrated_and_recognised(application: Application, aligned: AlignedFace) -> None:
    assert left(application) == ["Ada", "Ben"]
    assert list(application.reenrolment.migrate()) == [1]
    queue = application.reenrolment.queue()
    assert [person.name for person in queue.people] == ["Ben"]
    assert (queue.done, queue.total, queue.model) == (1, 2, NEW)
    probe = application.models.vision.embedder().embed([aligned])[0]
    found = application.matcher.identify(probe)
    assert found.person is not None
    assert (found.person.name, found.similarity > 0.95) == ("Ada", True)
    old, new = sorted(application.people.details("Ada").templates, key=lambda one: one.embedding.model)
    assert (old.embedding.model, new.embedding.model) == (OLD, NEW)
    assert application.people.thumbnail(new) == application.people.thumbnail(old)
    assert (new.quality, new.source, new.created_at) == (old.quality, old.source, old.created_at)
    events = application.storage.audit_log.events(AuditQuery(kinds=frozenset({AuditKind.TEMPLATES_ADDED})))
    assert [event.entry.details for event in events] == [{"templates": 1, "from_kept_pictures": True}]


def test_a_second_migration_adds_nothing(application: Application) -> None:
    migrator = application.migrator()
    ada = application.people.find("Ada")
    made = migrator.migrate(application.storage.templates.with_thumbnails(ada.id))
    for _ in range(2):
        application.storage.templates.add_migrated(ada.id, made)
    assert len(application.people.details("Ada").templates) == 2
    assert list(application.reenrolment.migrate()) == []


def test_retired_templates_and_inactive_people_are_not_migrated(application: Application) -> None:
    (template,) = application.people.details("Ada").templates
    application.people.retire(template)
    application.people.change(application.people.find("Ben"), active=False)
    assert list(application.reenrolment.migrate()) == []
    assert left(application) == ["Ada"]


def test_skipped_people_come_last_after_a_restart(application: Application, path: Path) -> None:
    assert left(application) == ["Ada", "Ben"]
    application.reenrolment.skip(application.people.find("Ada"))
    with opened(path) as again:
        assert left(again) == ["Ben", "Ada"]
        assert again.reenrolment.queue().total == 2
    kept = path.with_name("enrolling-again.json")
    assert "Ada" not in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    for name in ("Ada", "Ben"):
        application.people.erase(application.people.find(name))
    assert left(application) == []
    assert not kept.exists()


@pytest.mark.parametrize("text", ["", "[]", '{"space": "here"}', '{"space": "here", "total": "x", "skipped": []}'])
def test_an_unreadable_progress_file_counts_as_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "progress.json"
    path.write_text(text)
    progress = ProgressFile(path)
    assert progress.load("here") == (0, frozenset())
    progress.save("here", 3, frozenset({"b", "a"}))
    assert json.loads(path.read_text()) == {"space": "here", "total": 3, "skipped": ["a", "b"]}
    assert progress.load("here") == (3, frozenset({"a", "b"}))
    assert progress.load("elsewhere") == (0, frozenset())
    progress.forget()
    progress.forget()


def test_an_unwritable_progress_file_is_only_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ProgressFile(tmp_path / "nowhere" / "progress.json").save("here", 1, frozenset())
    assert "cannot be stored" in caplog.text


def test_only_thumbnails_of_sufficient_quality_are_migrated(aligned: AlignedFace) -> None:
    jpeg = encode_thumbnail(aligned)
    same = decode_thumbnail(jpeg, 112, LIMITS)
    assert same is not None
    assert same.image.shape == (112, 112, 3)
    assert float(np.abs(same.image.astype(int) - aligned.image.astype(int)).mean()) < 6
    smaller = decode_thumbnail(jpeg, 96, LIMITS)
    assert smaller is not None
    assert (smaller.image.shape, smaller.scale) == ((96, 96, 3), 96 / 112)
    assert decode_thumbnail(jpeg, 160, LIMITS) is None
    assert decode_thumbnail(b"", 112, LIMITS) is None
    assert decode_thumbnail(b"no picture", 112, LIMITS) is None
    for spoilt in (cv2.GaussianBlur(aligned.image, (0, 0), 6), aligned.image // 8, 255 - aligned.image // 16):
        assert decode_thumbnail(encode_thumbnail(AlignedFace(np.asarray(spoilt, np.uint8), 1.0)), 112, LIMITS) is None
    assert decode_thumbnail(jpeg[: len(jpeg) // 2] + b"", 112, LIMITS.model_copy(update={"min_sharpness": 1e6})) is None


def test_thumbnails_in_a_bundle_of_another_model_are_migrated(path: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "people.flbundle"
    with opened(path, OLD) as here:
        here.bundles.export(here.people.all(), bundle, SECRET)
    with opened(tmp_path / "there" / "facelatch.sqlite3") as there:
        trial = there.bundles.import_people(bundle, SECRET, dry_run=True)
        report = there.bundles.import_people(bundle, SECRET, NameConflictRule.SKIP)
        told = [(one.name, one.templates, one.foreign, one.renewed) for one in report.people]
        assert told == [("Ada", 1, 1, 1), ("Ben", 0, 1, 0)]
        assert trial.people == report.people
        assert report.needing_enrolment == 1
        assert left(there) == ["Ben"]
