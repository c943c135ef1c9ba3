import pytest

from app.core.settings import Settings
from app.core.settings_parts import Profile
from app.flows.pacing import ALWAYS, PaceRule
from app.services.pacing import pace_rule
from app.vision.engine.engines import Engine
from app.wiring import Application


@pytest.mark.parametrize(
    ("profile", "rule"),
    [
        (Profile.BEST, ALWAYS),
        (Profile.AUTOMATIC, PaceRule(budget_ns=40_000_000)),
        (Profile.BALANCED, PaceRule(fixed=20)),
        (Profile.LOW, PaceRule(fixed=10)),
    ],
)
def test_a_profile_says_how_often_to_look(profile: Profile, rule: PaceRule) -> None:
    settings = Settings().with_changes(recognition={"profile": profile, "budget_ms": 40})
    assert pace_rule(settings.recognition) == rule


def test_a_low_profile_takes_one_face_and_one_thread_and_the_best_averages(application: Application) -> None:
    for profile, (faces, averages) in {Profile.LOW: (1, False), Profile.BEST: (4, True)}.items():
        application.settings = application.settings.with_changes(recognition={"profile": profile})
        recognition = application.settings.recognition
        assert (recognition.faces_looked_at, recognition.averages) == (faces, averages)
    application.settings = application.settings.with_changes(recognition={"profile": Profile.LOW, "threads": 3})
    assert application.models.vision_with(None).engine_for("face_mesh") == Engine(threads=1)
