"""What the kiosk's screen asks of a face, shows it, says aloud, and tells of afterwards."""

from random import Random
from time import monotonic_ns
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import RelayUnavailable
from app.core.faces import QualityHint
from app.core.liveness import CueName, CueResult, LivenessPolicy, LivenessResult, LivenessVerdict, Movement, fuse_cues
from app.flows.kiosk.types import DenialReason, KioskState
from app.flows.liveness.challenge import ChallengeState
from app.flows.liveness.light_sequence import draw_light_sequence
from app.ui.kiosk.screen import KioskScreen
from app.ui.sound import Speaker
from tests.fakes.speech import FakeVoice
from tests.ui.kiosk.fakes import GRACE, SECOND, IdleKiosk, MakeScreen, asking, policy, view

S = KioskState


def living(**cues: LivenessVerdict) -> LivenessResult:
    told = [CueResult(name.replace("_", "-"), verdict) for name, verdict in cues.items()]
    return fuse_cues(1, LivenessPolicy.CHALLENGE, told)


@pytest.mark.parametrize(("offered", "shown"), [("offered", True), ("never", False), ("always", False)])
def test_pin_instead_of_the_challenge_follows_the_policy(make_screen: MakeScreen, offered: str, shown: bool) -> None:
    kiosk = IdleKiosk(policy(liveness={"pin_instead": offered}))
    screen = make_screen(kiosk)
    screen.show_view(view(S.VERIFYING))
    assert not screen.moving.isVisible()
    screen.show_view(view(S.CHALLENGE, challenge=asking(Movement.SMILE)))
    assert screen.moving.isVisible() is shown
    screen.moving.click()
    assert kiosk.calls == ["open_pin_instead_of_challenge"]


def test_ring_shows_the_time_left_for_a_movement(make_screen: MakeScreen) -> None:
    screen = make_screen(IdleKiosk())
    screen.show_view(view(S.CHALLENGE, challenge=asking(Movement.SMILE), seconds=30))
    assert screen.disc.share == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("state", "more", "told"),
    [
        (S.GRANTED, {}, "Passed: Depth of the head · Not run: Light of the screen"),
        (
            S.DENIED,
            {"reason": DenialReason.NOT_LIVE},
            "Failed: Kind of camera · Passed: Depth of the head · Not run: Light of the screen",
        ),
        (S.DENIED, {"reason": DenialReason.NOT_NOW}, ""),
        (S.VERIFYING, {}, ""),
    ],
)
def test_decision_lists_evaluated_cues(
    make_screen: MakeScreen, state: KioskState, more: dict[str, Any], told: str
) -> None:
    screen = make_screen(IdleKiosk())
    said = living(
        geometry=LivenessVerdict.PASSED,
        light=LivenessVerdict.NOT_RUN,
        screen=LivenessVerdict.NOT_ENOUGH,
        camera=LivenessVerdict.FAILED,
    )
    screen.show_view(view(state, liveness=said, **more))
    assert screen.checked.text() == told


def test_without_liveness_no_cues_are_listed(make_screen: MakeScreen) -> None:
    screen = make_screen(IdleKiosk())
    screen.show_view(
        view(S.GRANTED, liveness=fuse_cues(1, LivenessPolicy.OFF, [CueResult(CueName.LIGHT, LivenessVerdict.NOT_RUN)]))
    )
    assert screen.checked.text() == ""


def test_light_challenge_shows_each_colour_in_time(make_screen: MakeScreen) -> None:
    screen = make_screen(IdleKiosk())
    start = monotonic_ns() + SECOND
    light = draw_light_sequence(Random(1), start)
    screen.show_view(view(S.CHALLENGE, light=light))
    sheet = screen.sheet
    assert sheet.isVisible()
    assert sheet.size() == screen.size()
    for number, colour in enumerate(light.colours):
        shown = sheet.colour(start + number * light.step_ns + 1)
        assert shown is not None
        assert (shown.red(), shown.green(), shown.blue(), shown.alpha()) == (*colour, 255)
    fading = [sheet.colour(start - left * SECOND // 10) for left in (9, 2, 0)]
    assert [colour.alpha() for colour in fading if colour] == [0, pytest.approx(127, abs=1), 255]
    assert sheet.colour(light.end_ns) is None
    screen.resize(1000, 700)
    assert sheet.size() == screen.size()
    screen.show_view(view(S.CHALLENGE, challenge=asking(Movement.SMILE)))
    assert not sheet.isVisible()


def test_light_challenge_leaves_the_pin_button_visible(make_screen: MakeScreen) -> None:
    kiosk = IdleKiosk()
    screen = make_screen(kiosk)
    light = draw_light_sequence(Random(1), monotonic_ns())
    screen.show_view(view(S.CHALLENGE, light=light))
    QApplication.processEvents()
    seen = screen.grab().toImage().pixelColor(40, 40)
    assert (seen.red(), seen.green(), seen.blue()) in light.colours
    assert screen.pin.isVisible()
    assert screen.childAt(screen.pin.mapTo(screen, screen.pin.rect().center())) is screen.pin


def spoken(make_screen: MakeScreen, voice: FakeVoice | None) -> KioskScreen:
    screen = make_screen(IdleKiosk())
    screen.use_speaker(Speaker(voice))
    return screen


def test_prompts_are_spoken_one_at_a_time(make_screen: MakeScreen) -> None:
    voice = FakeVoice()
    screen = spoken(make_screen, voice)
    shown: list[tuple[KioskState, dict[str, Any]]] = [
        (S.LOOKING, {"hints": (QualityHint.MOVE_CLOSER,)}),
        (S.CHALLENGE, {"challenge": asking(Movement.TURN_LEFT)}),
        (S.CHALLENGE, {"challenge": asking(None, ChallengeState.RETURNING)}),
        (S.GRANTED, {"person": GRACE, "seconds": 3}),
    ]
    for state, more in shown:
        screen.show_view(view(state, **more))
        screen.refresh()
        if voice.on_end is not None:
            voice.end()
    assert [text for text, _ in voice.spoken] == [
        "Move a little closer",
        "Turn your head left",
        "Good, look straight",
        "Welcome, Grace Hopper",
    ]


def test_prompt_interrupts_speech_and_hint_waits(make_screen: MakeScreen) -> None:
    voice = FakeVoice()
    screen = spoken(make_screen, voice)
    screen.show_view(view(S.LOOKING, hints=(QualityHint.MOVE_CLOSER,)))
    screen.show_view(view(S.LOOKING, hints=(QualityHint.HOLD_STILL,)))
    assert voice.stopped == 0
    screen.show_view(view(S.CHALLENGE, challenge=asking(Movement.SMILE)))
    assert voice.stopped == 1


def test_countdown_is_not_spoken(make_screen: MakeScreen) -> None:
    voice = FakeVoice()
    screen = spoken(make_screen, voice)
    for left in (29.5, 28.5, 27.5):
        screen.show_view(view(S.LOCKED_OUT, seconds=left))
        if voice.on_end is not None:
            voice.end()
    assert [text for text, _ in voice.spoken] == ["Too many attempts. Use your PIN, or ask for help"]


def test_missing_speech_program_is_reported(make_screen: MakeScreen) -> None:
    screen = spoken(make_screen, None)
    screen.show_view(view(S.IDLE))
    assert "no speech program" in screen.advice.text()
    screen.show_view(view(S.GRANTED, seconds=3))
    assert "no speech program" not in screen.advice.text()


def test_failed_optional_action_is_shown_after_access(make_screen: MakeScreen, qtbot: QtBot) -> None:
    screen = make_screen(IdleKiosk())
    screen.show_view(view(S.GRANTED, person=GRACE, warning=RelayUnavailable(port="/dev/ttyUSB0", reason="unplugged")))
    assert screen.advice.text().startswith("An action failed: The relay at /dev/ttyUSB0")
    assert screen.advice.property("tone") == "caution"


def test_failed_required_action_denies_access(make_screen: MakeScreen) -> None:
    screen = make_screen(IdleKiosk())
    warning = RelayUnavailable(port="/dev/ttyUSB0", reason="unplugged")
    screen.show_view(view(S.DENIED, reason=DenialReason.ACTION_FAILED, warning=warning))
    assert screen.headline.text() == "The door did not open"
    assert "/dev/ttyUSB0" in screen.advice.text()
