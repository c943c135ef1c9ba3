import os
from pathlib import Path

import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core import paths
from app.core.faces import Frame
from app.core.settings.sections import LandmarkEngine
from app.services.system.tuning import REQUIRED_COSINE, TuningReport
from app.vision.engine.engines import Engine
from app.vision.engine.tuning_cache import TunedEngines
from app.wiring import Application


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> TuningReport:
    with pytest.MonkeyPatch.context() as patch, Application(tmp_path_factory.mktemp("data") / "p.sqlite3") as made:
        patch.setenv("FACELATCH_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        return made.models.tuning.tune(short=True)


def test_every_engine_is_tried_and_one_chosen_for_each_network(report: TuningReport) -> None:
    cpus = [trial for trial in report.trials if trial.engine.provider == "CPUExecutionProvider"]
    assert {trial.network for trial in cpus} == set(report.chosen) == {"mobilefacenet", "face_mesh"}
    assert all(trial.usable and trial.agreement is not None for trial in cpus)
    assert all(trial.agreement >= REQUIRED_COSINE for trial in cpus if trial.agreement is not None)


def test_the_networks_alone_give_mediapipe_landmarks(report: TuningReport) -> None:
    assert report.landmarks.agreement > 0.99
    assert report.landmarks.mediapipe_ms > 0
    faster = report.landmarks.direct_ms < 0.95 * report.landmarks.mediapipe_ms
    assert report.landmarks.chosen is faster


def test_choices_are_stored(application: Application) -> None:
    first = application.models.tuning.tune(short=True)
    assert (paths.cache_dir() / "engines.json").is_file()
    kept = application.models.engine_choices.load()
    assert kept == TunedEngines(first.chosen, first.landmarks.chosen)


@pytest.mark.parametrize(
    ("asked", "measured", "direct"),
    [
        (LandmarkEngine.AUTOMATIC, None, False),
        (LandmarkEngine.AUTOMATIC, False, False),
        (LandmarkEngine.AUTOMATIC, True, True),
        (LandmarkEngine.MEDIAPIPE, True, False),
        (LandmarkEngine.DIRECT, None, True),
    ],
)
def test_settings_take_precedence_over_the_tuning(
    application: Application, asked: LandmarkEngine, measured: bool | None, direct: bool
) -> None:
    application.settings = application.settings.with_changes(recognition={"landmarks": asked})
    choices = None if measured is None else TunedEngines({}, measured)
    assert application.models.vision_with(choices).direct is direct


def test_a_thread_setting_takes_precedence_over_the_tuning(application: Application) -> None:
    choices = TunedEngines({"mobilefacenet": Engine("CUDAExecutionProvider", 0)}, direct=False)
    assert application.models.vision_with(choices).engine_for("mobilefacenet") == choices.engines["mobilefacenet"]
    assert application.models.vision_with(choices).engine_for("other") == Engine(threads=min(2, os.cpu_count() or 1))
    application.settings = application.settings.with_changes(recognition={"threads": 3})
    assert application.models.vision_with(choices).engine_for("mobilefacenet") == Engine(threads=3)


def test_both_detectors_give_similar_embeddings(application: Application, hopper: Path) -> None:
    embeddings = []
    for landmarks in (LandmarkEngine.MEDIAPIPE, LandmarkEngine.DIRECT):
        application.settings = application.settings.with_changes(recognition={"landmarks": landmarks})
        with application.models.vision_with(None).picture_analyzer() as analyzer:
            (face,) = analyzer.analyze(Frame(1, read_picture(hopper), 0))
            assert face.embedding is not None
            embeddings.append(face.embedding.vector)
    assert float(np.dot(*embeddings)) > 0.99
