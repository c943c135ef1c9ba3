"""Reading a policy: complete or not at all, and every error with its line."""

import re
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from app.actions.config import LogConfig
from app.core.errors import PolicyError
from app.core.liveness import LivenessPolicy, Movement
from app.core.settings.sections import LivenessSettings
from app.flows.kiosk.types import IdentifyBy, PinInsteadOfChallenge, PinUse, ReentryMode
from app.services.kiosk.policy import KioskPolicy
from app.services.kiosk.policy_file import read_policy
from app.services.kiosk.policy_tables import Day

ROOT = Path(__file__).resolve().parents[4]

SAMPLES = re.findall(
    r"^```toml\n(.+?)^```$", (ROOT / "docs/kiosk.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)

COMPLETE = """\
name = "front-door"
site = "Main entrance"

[camera]
source = "1"

[who]
groups = ["Staff", "Cleaning"]
badges = false

[when]
time_zone = "Europe/Berlin"
holidays = [2026-12-25]

[[when.open]]
days = ["mon-fri"]
from = "07:00"
to = 19:00:00

[[when.open]]
days = ["sat-sun"]
from = "22:00"
to = "24:00"

[matching]
operating_point = "1e-5"
frames = 7

[liveness]
policy = "challenge"

[pin]
use = "as-well"

[unlock]
relock_s = 8
rearm = "time"
even_if_action_fails = true

[screen]
preview = false

[[actions]]
kind = "log"
"""


def read(tmp_path: Path, text: str) -> KioskPolicy:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(text.encode())
    return read_policy(path, LivenessSettings())


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        read(tmp_path, text)
    prefix = f"{tmp_path / 'kiosk.toml'}: "
    lines = str(caught.value.details["problems"]).splitlines()
    assert all(line.startswith(prefix) for line in lines)
    return [line.removeprefix(prefix) for line in lines]


def test_a_complete_policy_is_read(tmp_path: Path) -> None:
    policy = read(tmp_path, COMPLETE)
    assert policy.who.groups == ("Staff", "Cleaning")
    assert policy.when.open[0].days == (Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI)
    assert policy.when.open[0].end == time(19)
    assert policy.liveness.policy is LivenessPolicy.CHALLENGE
    assert policy.actions == (LogConfig(kind="log"),)
    rules = policy.rules(0.5, LivenessSettings())
    assert (rules.liveness, rules.pin, rules.reentry) == (True, PinUse.AS_WELL, ReentryMode.TIME)
    assert rules.relock_ns == 8_000_000_000
    assert rules.run.frames == 7


def test_opening_hours_are_in_the_time_zone_of_the_policy(tmp_path: Path) -> None:
    schedule = read(tmp_path, COMPLETE).when.schedule()
    assert schedule.is_open(datetime(2026, 11, 23, 6, 30, tzinfo=UTC))
    assert not schedule.is_open(datetime(2026, 11, 23, 5, 30, tzinfo=UTC))
    assert schedule.is_open(datetime(2026, 11, 22, 22, 59, tzinfo=UTC))
    assert not schedule.is_open(datetime(2026, 12, 25, 12, 0, tzinfo=UTC))


def test_a_policy_needs_only_a_name(tmp_path: Path) -> None:
    policy = read(tmp_path, 'name = "door"')
    assert policy.liveness.policy is LivenessPolicy.PASSIVE
    assert policy.when.schedule().is_open(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "front-door"', 'name = "a b"', "line 1: name: String should match pattern '^[\\w.-]+$'"),
        ('site = "Main entrance"', 'sight = "x"', "line 2: sight: there is no such setting"),
        ('"Europe/Berlin"', '"Europe/Bonn"', "line 12: when.time_zone: there is no time zone “Europe/Bonn”"),
        ("2026-12-25", "2026-12-32", "line 13: "),
        ('["mon-fri"]', '["mon-fir"]', "line 16: when.open.0.days: “mon-fir” is not a day; use mon, tue, wed"),
        ('from = "07:00"', 'from = "7 o\'clock"', 'line 17: when.open.0.from: use a time such as "07:30"'),
        ("to = 19:00:00", "", "line 15: when.open.0.to: this value is required"),
        ('to = "24:00"', 'to = "22:00"', "line 20: when.open.1: from and to are equal; for the whole"),
        ('"1e-5"', '"1e-9"', "line 26: matching.operating_point: Use a rate from 1e-6 to 1e-2."),
        ("frames = 7", "frames = 1", "line 27: matching.frames: Input should be greater than or equal to 3"),
        ('policy = "challenge"', 'policy = "maybe"', "line 30: liveness.policy: Input should be 'off', "),
        ("relock_s = 8", "relock_s = -1", "line 36: unlock.relock_s: Input should be greater than or equal to 1"),
    ],
)  # fmt: skip
def test_an_error_is_reported_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in COMPLETE
    assert problems(tmp_path, COMPLETE.replace(old, new, 1))[0].startswith(problem)


def test_an_error_in_an_action_is_reported_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, COMPLETE + '\n[[actions]]\nkind = "log"\nname = "other"\ntimeout_s = 0\n')
    assert problem.startswith("line 49: actions.1.timeout_s: Input should be greater")


def test_all_errors_are_reported_together(tmp_path: Path) -> None:
    text = COMPLETE.replace("relock_s = 8", "relock_s = 0").replace("frames = 7", "frames = 99")
    assert [problem.partition(":")[0] for problem in problems(tmp_path, text)] == ["line 27", "line 36"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "line 1: name: this value is required"),
        (b"name = ", "line 1: Invalid value"),
        (b'name = "door"\nname = "door"', "line 2: Cannot overwrite a value"),
        (b'name = "door"\n\xff\xfe', "line 2: this is not UTF-8"),
        (b'name = "door"\n[who', "line 2:"),
        (b"\x00" * 10, "line 1: Invalid statement"),
    ],
)
def test_an_unreadable_policy_is_reported(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        read_policy(path, LivenessSettings())
    assert problem in caught.value.message
    assert caught.value.exit_code == 3
    assert "locked" in caught.value.hint


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="No such file"):
        read_policy(tmp_path / "none.toml", LivenessSettings())


def test_a_folder_is_not_a_policy(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="directory"):
        read_policy(tmp_path, LivenessSettings())


def test_an_oversized_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    with path.open("wb") as file:
        file.truncate(10_000_000)
    with pytest.raises(PolicyError, match="larger"):
        read_policy(path, LivenessSettings())


def test_the_challenge_time_follows_from_its_parts(tmp_path: Path) -> None:
    settings = LivenessSettings(steps=3, window_s=5, rest_s=8)
    asked = read(tmp_path, 'name = "door"\nliveness = { policy = "challenge" }').rules(0.5, settings)
    assert asked.challenge_ns == (8 + 3 * 2 * 5 + 2) * 10**9
    slow = 'name = "door"\nliveness = { policy = "challenge", window_s = 20, steps = 2, light = true }'
    assert read(tmp_path, slow).rules(0.5, settings).challenge_ns == (8 + 2 * 2 * 20 + 2) * 10**9 + 5 * 10**9
    given = 'name = "door"\nliveness = { policy = "challenge" }\ntimes = { challenge_s = 100 }'
    assert read(tmp_path, given).rules(0.5, settings).challenge_ns == 100 * 10**9


def test_missing_liveness_values_are_those_of_the_settings(tmp_path: Path) -> None:
    settings = LivenessSettings(window_s=9, mirrored_input=True)
    table = read(tmp_path, 'name = "door"\nliveness = { movements = ["turn-left", "smile", "blink"] }').liveness
    asked = table.override(settings)
    assert asked.movements == (Movement.TURN_LEFT, Movement.SMILE, Movement.BLINK)
    assert (asked.window_s, asked.mirrored_input, asked.light) == (9, True, False)


def test_a_pin_can_replace_the_challenge(tmp_path: Path) -> None:
    policy = read(tmp_path, 'name = "door"\nliveness = { pin_instead = "offered" }')
    assert policy.rules(0.5, LivenessSettings()).pin_instead_of_challenge is PinInsteadOfChallenge.OFFERED


@pytest.mark.parametrize(
    ("added", "problem"),
    [
        (
            'liveness = { policy = "challenge" }\n\n[times]\nlooking_s = 9\nchallenge_s = 15',
            "line 6: times.challenge_s: the challenge may take 40 s; omit this value to allow that",
        ),
        (
            '[pin]\nuse = "off"\n[liveness]\npin_instead = "always"',
            "line 5: liveness.pin_instead: a PIN cannot replace the movements when pin.use is off",
        ),
        (
            '[liveness]\nmovements = ["blink", "raise-brows"]',
            "line 3: liveness.movements: there are too few different",
        ),
        ('[liveness]\nmovements = ["smile", "smile", "blink"]', "line 3: liveness.movements: there are too few"),
    ],
)
def test_a_conflict_is_reported_with_its_line(tmp_path: Path, added: str, problem: str) -> None:
    (found,) = problems(tmp_path, f'name = "door"\n{added}\n')
    assert found.startswith(problem)


def test_the_sample_policies_of_the_guide_are_valid(tmp_path: Path) -> None:
    everything, claim = (read(tmp_path, sample) for sample in SAMPLES)
    assert everything.who.identify is IdentifyBy.FACE
    assert claim.who.identify is IdentifyBy.CLAIM
    assert claim.who.smart_cards
    assert claim.pin.use is PinUse.AS_WELL


@pytest.mark.parametrize("key", ["qr_codes", "smart_cards"])
def test_badges_that_are_not_read_are_a_conflict(tmp_path: Path, key: str) -> None:
    with pytest.raises(PolicyError, match=rf"line 2: who\.{key}: nothing is read as a badge"):
        read(tmp_path, f'name = "door"\nwho = {{ badges = false, {key} = true }}')


@pytest.mark.parametrize(("liveness", "limit"), [("off", 5), ("passive", 5), ("challenge", 5), ("strict", 10)])
def test_only_strict_has_the_higher_limits(tmp_path: Path, liveness: str, limit: int) -> None:
    policy = read(tmp_path, f'name = "door"\nliveness = {{ policy = "{liveness}" }}')
    assert policy.rules(0.5, LivenessSettings()).rejection.limits.first == limit
    assert policy.liveness.has_proven_pad is (liveness == "strict")
