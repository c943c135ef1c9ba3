"""Sequences of soft colours that a screen shows, so that the cues can check whether a face reflects them."""

from dataclasses import dataclass
from random import Random

LIGHT_STEP_NS = 450_000_000
"""Duration of one colour: 2.2 changes a second. WCAG 2.2, success criterion 2.3.1, allows three flashes a second, and
none of these changes is a flash by its definition, which needs a change of 10 % of the maximum relative luminance."""

LIGHT_STEPS = 10
"""Colours in a sequence."""

LIGHT_DELAY_NS = 500_000_000
"""Time from drawing a sequence to its first colour: the screen must be covered before."""

COLOURS = ((236, 196, 196), (190, 216, 190), (200, 204, 244), (224, 212, 168), (214, 198, 236), (180, 216, 224))
"""8-bit sRGB: pale, of nearly equal luminance, and no saturated red."""


@dataclass(frozen=True, slots=True)
class LightSequence:
    """Colours and the times at which a screen shows them.

    Attributes:
        colours: 8-bit sRGB, in order.
        start_ns: Monotonic time of the first colour.
        step_ns: Duration of each colour.
    """

    colours: tuple[tuple[int, int, int], ...]
    start_ns: int
    step_ns: int = LIGHT_STEP_NS

    @property
    def end_ns(self) -> int:
        """Monotonic time at which the last colour ends."""
        return self.start_ns + len(self.colours) * self.step_ns

    def colour_at(self, now_ns: int) -> tuple[int, int, int] | None:
        """Return the colour at a monotonic time, 8-bit sRGB; None before the start and after the end."""
        if not self.start_ns <= now_ns < self.end_ns:
            return None
        return self.colours[(now_ns - self.start_ns) // self.step_ns]


def draw_light_sequence(random: Random, start_ns: int, steps: int = LIGHT_STEPS) -> LightSequence:
    """Draw a sequence in which no two consecutive colours are equal.

    Args:
        random: Source of randomness; `random.SystemRandom` where an attacker could benefit from a prediction.
        start_ns: Monotonic time of the first colour.
        steps: Number of colours, at least 1.
    """
    colours = [random.choice(COLOURS)]
    while len(colours) < steps:
        colours.append(random.choice([colour for colour in COLOURS if colour != colours[-1]]))
    return LightSequence(tuple(colours), start_ns)
