from pathlib import Path

from app.services.bench.machine import Meter


def counter(directory: Path, microjoules: int) -> Path:
    file = directory / "intel-rapl:0" / "energy_uj"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{microjoules}\n")
    return file


def test_energy_is_what_the_counters_say(tmp_path: Path) -> None:
    counter(tmp_path, 1_000_000)
    meter = Meter(tmp_path)
    counter(tmp_path, 1_250_000)
    assert meter.cost().energy_mj == 250


def test_a_counter_that_began_anew_counts_nothing(tmp_path: Path) -> None:
    counter(tmp_path, 1_000_000)
    meter = Meter(tmp_path)
    counter(tmp_path, 10)
    assert meter.cost().energy_mj == 0


def test_without_counters_nothing_is_said_of_energy(tmp_path: Path) -> None:
    assert Meter(tmp_path).cost().energy_mj is None


def test_work_and_memory_are_seen(tmp_path: Path) -> None:
    meter = Meter(tmp_path)
    held = bytearray(64 * 2**20)
    held[::4096] = b"x" * len(held[::4096])
    sum(range(1_000_000))
    cost = meter.cost()
    assert 0.05 < cost.cpu_cores < 2
    assert cost.memory_growth_mb is not None
    assert cost.memory_growth_mb > 50
    assert cost.memory_mb is not None
    assert cost.memory_mb > cost.memory_growth_mb
