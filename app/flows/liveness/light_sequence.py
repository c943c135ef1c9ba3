"""A short sequence of soft colours that a screen shows, so that a face in front of it can be seen to answer."""

from dataclasses import dataclass
from random import Random

LIGHT_STEP_NS = 450_000_000
"""How long each colour stands: 2.2 changes a second. WCAG 2.2 (2.3.1) allows three flashes a second, and none of these
changes is a flash in its sense, which is one of a tenth of the greatest luminance."""

LIGHT_STEPS = 10

COLOURS = ((236, 196, 196), (190, 216, 190), (200, 204, 244), (224, 212, 168), (214, 198, 236), (180, 216, 224))
"""8-bit sRGB: pale, of nearly the same luminance, none a saturated red."""


@dataclass(frozen=True, slots=True)
class LightSequence:
    """What is shown, and when.

    Attributes:
        colours: 8-bit sRGB, one after the other.
        start_ns: Monotonic time at which the first is shown.
        step_ns: How long each stands.
    """

    colours: tuple[tuple[int, int, int], ...]
    start_ns: int
    step_ns: int = LIGHT_STEP_NS

    @property
    def end_ns(self) -> int:
        """When the last one has been shown."""
        return self.start_ns + len(self.colours) * self.step_ns

    def colour_at(self, now_ns: int) -> tuple[int, int, int] | None:
        """What is shown at a moment; None before the beginning and after the end."""
        if not self.start_ns <= now_ns < self.end_ns:
            return None
        return self.colours[(now_ns - self.start_ns) // self.step_ns]


def draw_light_sequence(random: Random, start_ns: int, steps: int = LIGHT_STEPS) -> LightSequence:
    """A sequence in which no colour follows itself.

    Args:
        random: Where chance comes from; `random.SystemRandom` where somebody could gain from guessing.
        start_ns: Monotonic time at which it will be shown.
        steps: Colours, at least 1.
    """
    colours = [random.choice(COLOURS)]
    while len(colours) < steps:
        colours.append(random.choice([colour for colour in COLOURS if colour != colours[-1]]))
    return LightSequence(tuple(colours), start_ns)
