"""What no table of a policy can see by itself: that two of them, or the settings, contradict each other."""

from collections.abc import Iterator

from app.core.settings import LivenessSettings
from app.flows.kiosk_types import SECOND_NS, PinForMoving, PinUse
from app.services.kiosk.policy import KioskPolicy, challenge_ns

Path = tuple[str, ...]


def contradictions(policy: KioskPolicy, settings: LivenessSettings) -> Iterator[tuple[Path, str]]:
    """What cannot be as it is said, each with the value that says so, and the reason in English.

    Args:
        policy: Each table of which is right by itself.
        settings: What it leaves out.
    """
    table, pin = policy.liveness, policy.pin.use
    if table.pin_instead is not PinForMoving.NEVER and pin is PinUse.OFF:
        yield ("liveness", "pin_instead"), "a PIN cannot stand in for moving where pin.use is off"
    try:
        table.over(settings)
    except ValueError:
        key = "movements" if table.movements is not None else "steps"
        yield ("liveness", key), "so many different movements cannot be asked for; blink and raise-brows count as one"
        return
    given_s, needed_s = policy.times.challenge_s, challenge_ns(table, settings) / SECOND_NS
    if table.asks_for_movements and given_s is not None and given_s < needed_s:
        yield ("times", "challenge_s"), f"what is asked for may take {needed_s:g} s; leave this out to allow that"
