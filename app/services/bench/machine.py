"""What a stretch of work costs the machine."""

import time
from dataclasses import dataclass
from pathlib import Path

from app.core.memory import resident_bytes

_POWERCAP = Path("/sys/class/powercap")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a stretch of work.

    Attributes:
        memory_mb: Held at its end; None where the system does not say.
        memory_growth_mb: More than at its beginning; likewise.
        cpu_cores: Mean number of cores at work.
        energy_mj: Used by the processor's package, in millijoules, by everybody; None where no counter can be read.
    """

    memory_mb: float | None
    memory_growth_mb: float | None
    cpu_cores: float
    energy_mj: float | None


class Meter:
    """Begins to count when it is made.

    Args:
        powercap: Where Linux shows the processor's energy counters (RAPL).
    """

    def __init__(self, powercap: Path = _POWERCAP) -> None:
        self._counters = sorted(powercap.glob("intel-rapl:[0-9]*/energy_uj"))
        self._energy = self._read()
        self._memory = _resident_mb()
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def cost(self) -> Cost:
        """Since the beginning."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        memory, energy = _resident_mb(), self._read()
        known = None not in (self._energy, energy)
        return Cost(
            memory_mb=memory,
            memory_growth_mb=None if memory is None or self._memory is None else memory - self._memory,
            cpu_cores=cpu / wall,
            energy_mj=sum(max(b - a, 0) for a, b in zip(self._energy or (), energy or (), strict=True)) / 1000
            if known
            else None,
        )

    def _read(self) -> list[int] | None:
        """Microjoules by package; None where there are none, or only root may know."""
        try:
            return [int(counter.read_text("ascii")) for counter in self._counters] or None
        except OSError:
            return None


def _resident_mb() -> float | None:
    held = resident_bytes()
    return None if held is None else held / 2**20
