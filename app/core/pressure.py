"""What asks a program to do less: an emptying battery, and heat."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pressure:
    """Of the machine, now.

    Attributes:
        on_battery: It is discharging.
        hot: It is near the temperature at which it slows itself down.
    """

    on_battery: bool = False
    hot: bool = False
