from pathlib import Path

import pytest

from app.core.settings.profiles import PowerState
from app.services.live.pacing import PressureGauge


def laptop(sysfs: Path, status: str, degrees: int) -> None:
    files = {
        "power_supply/BAT0/status": status,
        "power_supply/mouse/status": "Discharging",
        "power_supply/mouse/scope": "Device",
        "thermal/thermal_zone0/temp": str(degrees * 1000),
        "thermal/thermal_zone0/trip_point_0_type": "critical",
        "thermal/thermal_zone0/trip_point_0_temp": "20000",
        "thermal/thermal_zone0/trip_point_1_type": "passive",
        "thermal/thermal_zone0/trip_point_1_temp": "95000",
    }
    for name, text in files.items():
        (sysfs / name).parent.mkdir(parents=True, exist_ok=True)
        (sysfs / name).write_text(f"{text}\n")


@pytest.mark.parametrize(
    ("status", "degrees", "found"),
    [
        ("Charging", 60, PowerState()),
        ("Discharging", 60, PowerState(on_battery=True)),
        ("Full", 94, PowerState(hot=True)),
        ("Discharging", 94, PowerState(on_battery=True, hot=True)),
    ],
)
def test_battery_and_heat_are_read(tmp_path: Path, status: str, degrees: int, found: PowerState) -> None:
    laptop(tmp_path, status, degrees)
    assert PressureGauge(tmp_path)() == found


def test_without_sensors_there_is_no_pressure(tmp_path: Path) -> None:
    (tmp_path / "thermal/thermal_zone0").mkdir(parents=True)
    (tmp_path / "thermal/thermal_zone0/temp").write_text("nonsense")
    assert PressureGauge(tmp_path)() == PowerState()


def test_the_sensors_are_read_every_five_seconds(tmp_path: Path) -> None:
    moments = iter([0.0, 4.9, 5.0])
    laptop(tmp_path, "Charging", 60)
    gauge = PressureGauge(tmp_path, lambda: next(moments))
    gauge()
    laptop(tmp_path, "Discharging", 60)
    assert not gauge().on_battery
    assert gauge().on_battery
