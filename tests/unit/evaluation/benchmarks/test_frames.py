from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.evaluation.benchmarks.frames import ResourceMeter, read_endlessly, replay_frames, time_frames
from app.services.live.demo import enrol_portraits
from app.wiring import Application


@pytest.mark.parametrize("settled", [False, True])
def test_every_stage_is_timed(application: Application, settled: bool) -> None:
    enrol_portraits(application.enrolment)
    camera = application.settings.with_changes(camera={"source": "demo"}).camera
    counted: list[None] = []
    shown = read_endlessly(camera, application.clock)
    report = time_frames(application.frame_path(settled=settled), shown, 15, lambda: counted.append(None))
    shown.close()
    assert list(report.stages) == ["capture", "detect", "align", "embed", "liveness", "match"]
    assert report.frames == 15 == len(counted) == len(report.each_ms)
    assert report.resolution == "640×480"
    assert report.faces == pytest.approx(1, abs=0.2)
    assert report.frame_p99_ms >= report.frame_p95_ms >= report.frame_p50_ms >= report.stages["detect"].p50_ms
    assert min(report.load_ms, report.first_ms, report.cost.cpu_cores) > 0
    # Nine of ten frames reuse the embedding once the track is settled.
    assert (report.stages["embed"].p50_ms < 0.1 * report.stages["embed"].p99_ms) is settled


def test_replayed_frames_have_new_numbers_and_timestamps(application: Application) -> None:
    camera = application.settings.with_changes(camera={"source": "demo"}).camera
    shown = read_endlessly(camera, application.clock)
    kept = list(islice(shown, 2))
    shown.close()
    frames = list(islice(replay_frames(kept, application.clock), 5))
    assert [frame.id for frame in frames] == [1, 2, 3, 4, 5]
    assert frames[4].image is kept[0].image
    stamps = [frame.captured_ns for frame in frames]
    assert stamps == sorted(stamps)
    assert stamps[0] >= kept[1].captured_ns


def counter(directory: Path, microjoules: int) -> Path:
    file = directory / "intel-rapl:0" / "energy_uj"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{microjoules}\n")
    return file


def test_energy_is_the_difference_of_the_counters(tmp_path: Path) -> None:
    counter(tmp_path, 1_000_000)
    meter = ResourceMeter(tmp_path)
    counter(tmp_path, 1_250_000)
    assert meter.cost().energy_mj == 250


def test_a_reset_counter_adds_no_energy(tmp_path: Path) -> None:
    counter(tmp_path, 1_000_000)
    meter = ResourceMeter(tmp_path)
    counter(tmp_path, 10)
    assert meter.cost().energy_mj == 0


def test_energy_is_unknown_without_counters(tmp_path: Path) -> None:
    assert ResourceMeter(tmp_path).cost().energy_mj is None


def test_cpu_time_and_memory_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = SimpleNamespace(process_time=iter([1.0, 2.5]).__next__, perf_counter=iter([10.0, 13.0]).__next__)
    monkeypatch.setattr("app.evaluation.benchmarks.frames.time", clocks)
    meter = ResourceMeter(tmp_path)
    held = bytearray(64 * 2**20)
    held[::4096] = b"x" * len(held[::4096])
    cost = meter.cost()
    assert cost.cpu_cores == 0.5
    assert cost.memory_growth_mb is not None
    assert cost.memory_growth_mb > 50
    assert cost.memory_mb is not None
    assert cost.memory_mb > cost.memory_growth_mb
