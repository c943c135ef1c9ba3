import pytest

from app.core.settings.model import Settings
from app.core.settings.profiles import PROFILE_LIMITS, ComputeBudget, Profile, ProfileLimits
from app.flows.pacing import ALWAYS, PaceRule, SavingKind
from app.services.live.pacing import pace_rule
from app.vision.engine.engines import Engine
from app.wiring import Application


def test_the_table_of_profiles() -> None:
    assert dict(PROFILE_LIMITS) == {
        Profile.LOW: ProfileLimits(10, 480, 1, flip=False, threads=1),
        Profile.BALANCED: ProfileLimits(20, 640),
        Profile.BEST: ProfileLimits(flip=True),
        Profile.AUTOMATIC: ProfileLimits(),
    }


@pytest.mark.parametrize(
    ("profile", "rule"),
    [(Profile.BEST, ALWAYS), (Profile.BALANCED, PaceRule(fixed=20)), (Profile.LOW, PaceRule(fixed=10))],
)
def test_a_profile_sets_the_rate(profile: Profile, rule: PaceRule) -> None:
    assert pace_rule(Settings().with_changes(recognition={"profile": profile}).recognition) == rule


def test_automatic_drops_the_least_noticeable_first_and_steps_accumulate() -> None:
    recognition = Settings().with_changes(recognition={"budget_ms": 40, "flip": True}).recognition
    rule = pace_rule(recognition)
    assert (rule.budget_ns, rule.full) == (40_000_000, ComputeBudget(4, flip=True))
    assert [(saving.kind, saving.compute_budget) for saving in rule.savings] == [
        (SavingKind.MIRRORED, ComputeBudget(4, flip=False)),
        (SavingKind.PICTURE, ComputeBudget(4, flip=False, longest_side=480)),
        (SavingKind.PICTURE, ComputeBudget(4, flip=False, longest_side=320)),
        (SavingKind.FACES, ComputeBudget(1, flip=False, longest_side=320)),
    ]


def test_automatic_has_no_step_without_effect() -> None:
    recognition = Settings().with_changes(recognition={"max_faces": 1}).recognition
    assert {saving.kind for saving in pace_rule(recognition).savings} == {SavingKind.PICTURE}


@pytest.mark.parametrize(
    ("profile", "compute_budget"),
    [
        (Profile.LOW, ComputeBudget(1, flip=False, longest_side=480)),
        (Profile.BALANCED, ComputeBudget(3, flip=True, longest_side=640)),
        (Profile.BEST, ComputeBudget(3, flip=True)),
    ],
)
def test_a_profile_sets_the_compute_budget(profile: Profile, compute_budget: ComputeBudget) -> None:
    changed = Settings().with_changes(recognition={"profile": profile, "max_faces": 3, "flip": True})
    assert changed.recognition.compute_budget == compute_budget


def test_the_low_profile_uses_one_thread(application: Application) -> None:
    application.settings = application.settings.with_changes(recognition={"profile": Profile.LOW, "threads": 3})
    assert application.models.vision_with(None).engine_for("face_mesh") == Engine(threads=1)
